/** runs/<run>/config.json: what a run was made with, and the guard against continuing it with something else. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { writeJsonAtomic } from './atomic-file.ts'
import { CommandError } from './command-error.ts'
import type { Config } from './config.ts'
import { dataPaths } from './paths.ts'
import { preprocessOptions } from './preprocess-options.ts'
import type { TrainingData } from './training-data.ts'
import { dependencyVersions, packageVersion } from './versions.ts'

/** Parts of config.json that decide about a weight; the rest may change between two starts. */
const decisive = ['model', 'image', 'preprocessHash', 'training', 'weights', 'engine'] as const

/**
 * Writes config.json for a new run, or checks that an earlier start of it had the same configuration.
 *
 * @throws CommandError that names the first key that differs.
 */
export async function writeRunConfig(config: Config, data: TrainingData): Promise<void> {
  const path = join(config.run, 'config.json')
  const content = await runConfig(config, data)
  if (!existsSync(path)) return writeJsonAtomic(path, content)
  const earlier = JSON.parse(await readFile(path, 'utf8')) as typeof content
  const difference =
    decisive.map((key) => firstDifference(earlier[key], content[key], key)).find((found) => found !== undefined) ??
    firstDifference(earlier.data.splitsSha256, content.data.splitsSha256, 'data.splitsSha256')
  if (difference === undefined) return
  throw new CommandError(
    'RUN_DIFFERS',
    `Expected ${difference.key} ${difference.before} for ${config.run}, which was begun with it, but received ${difference.now}. ` +
      "Give the run's own configuration to continue it, or another folder with --run.",
  )
}

async function runConfig(config: Config, data: TrainingData) {
  return {
    mammokit: packageVersion(),
    description: config.description,
    model: { ...config.model, inChannels: 1, numClasses: 1 },
    image: config.image,
    preprocess: resolvePreprocessOptions(preprocessOptions(config)),
    preprocessHash: data.preprocessHash,
    data: {
      dir: config.data,
      splits: dataPaths(config.data).splits,
      splitsSha256: data.splitsSha256,
      trainImages: data.train.length,
      valImages: data.val.length,
      leftOut: data.leftOut,
    },
    training: config.training,
    weights: config.weights && { path: config.weights, sha256: await sha256(config.weights) },
    engine: config.engine,
    versions: dependencyVersions(),
  }
}

async function sha256(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const message = `Expected a safetensors file for --weights but received ${path} (${error.code}). Check the path.`
    throw new CommandError('WEIGHTS_MISSING', message)
  })
  return createHash('sha256').update(bytes).digest('hex')
}

interface Difference {
  readonly key: string
  readonly before: string
  readonly now: string
}

/** The first leaf that differs. */
function firstDifference(before: unknown, now: unknown, key: string): Difference | undefined {
  if (before && now && typeof before === 'object' && typeof now === 'object') {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    const value = (of: object, name: string) => (of as Record<string, unknown>)[name]
    return names.map((name) => firstDifference(value(before, name), value(now, name), `${key}.${name}`)).find(Boolean)
  }
  const [was, is] = [before, now].map((value) => JSON.stringify(value) ?? 'nothing')
  return was === is ? undefined : { key, before: was, now: is }
}
