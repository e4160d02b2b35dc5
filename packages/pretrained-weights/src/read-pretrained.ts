/** Weights by name or from a file, read and checked. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { decodeSafetensors } from '@mammokit/safetensors'
import type { StateDict } from '@mammokit/seresnext'
import { type FetchWeightsOptions, fetchWeights } from './hub/fetch-weights.ts'
import { PretrainedWeightsError } from './pretrained-weights-error.ts'
import { parseWeightsConfig, type WeightsConfig } from './weights-config.ts'

/** Weights that were read from a file, and what they are of. */
export interface PretrainedWeights {
  /** By timm's names, in PyTorch's layout. */
  readonly state: StateDict
  /** What config.json says; null for a file without one beside it. */
  readonly config: WeightsConfig | null
  /** The file that was read. */
  readonly path: string
  readonly sha256: string
  /** `timm/seresnext50_32x4d.racm_in1k@` and the commit; null for a file. */
  readonly origin: string | null
}

/**
 * Reads timm's weights by name, through the hub's cache, or a safetensors file, with the config.json beside it if there is one.
 *
 * @throws {PretrainedWeightsError} what `fetchWeights` throws, `damaged`, `bad-config`, `not-safetensors`; FileError for a file that cannot
 * be read; SafetensorsError for one that is none
 * @example
 * (await readPretrained('seresnext50_32x4d.racm_in1k')).config?.license // 'apache-2.0'
 */
export async function readPretrained(source: string, options: FetchWeightsOptions = {}): Promise<PretrainedWeights> {
  if (isFile(source)) return readFiles(source, join(dirname(source), 'config.json'), null)
  const { weightsPath, configPath, repository, revision } = await fetchWeights(source, options)
  return readFiles(weightsPath, configPath, `${repository}@${revision}`)
}

/** A name has neither a file's ending nor a folder that is there. */
function isFile(source: string): boolean {
  return /\.(safetensors|pth?|pt|bin|ckpt|tar)$/i.test(source) || existsSync(source)
}

async function readFiles(path: string, configPath: string, origin: string | null): Promise<PretrainedWeights> {
  if (/\.(pth?|pt|bin|ckpt|tar)$/i.test(path)) throw pickled(path)
  const advice = 'Give a safetensors file, or the name of weights such as seresnext50_32x4d.racm_in1k.'
  const bytes = await readInputFile(path, advice)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await assertCached(path, sha256)
  const text = existsSync(configPath) ? (await readInputFile(configPath, advice)).toString('utf8') : undefined
  // A run's checkpoint has another config.json than timm's, or none.
  const isTimms = text !== undefined && (origin !== null || text.includes('"pretrained_cfg"'))
  const config = isTimms ? parseWeightsConfig(text, configPath) : null
  return { state: decodeSafetensors(bytes).tensors, config, path, sha256, origin }
}

/** A file of the cache is a link to a blob that has its checksum for a name. */
async function assertCached(path: string, sha256: string): Promise<void> {
  const blob = await realpath(path)
  const named = basename(blob)
  if (!/^[0-9a-f]{64}$/.test(named) || named === sha256) return
  const message = `Expected ${blob} with the checksum in its name but received ${sha256}. Delete it, and it is fetched again.`
  throw new PretrainedWeightsError('damaged', message, { path: blob, expected: named, received: sha256 })
}

function pickled(path: string): PretrainedWeightsError {
  const target = path.replace(/\.\w+$/, '.safetensors')
  const lines = [
    // The semicolon keeps them Python where a terminal shows them as one line.
    'import torch, safetensors.torch;',
    `safetensors.torch.save_file(torch.load(${JSON.stringify(path)}, map_location="cpu", weights_only=True), ${JSON.stringify(target)})`,
  ]
  const message = `Expected a safetensors file for the weights but received ${path}, a pickle, which may hold code. Convert it with these two lines of Python:\n${lines.join('\n')}\nThen give ${target}.`
  return new PretrainedWeightsError('not-safetensors', message, { path, target })
}
