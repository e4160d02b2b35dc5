/** detector.safetensors: the one checkpoint of a detector's run, with a checksum of all that it says. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@mammokit/safetensors'
import { nextRun } from '@mammokit/training-run'
import { TrainerError } from '../trainer-error.ts'

type Settings = Readonly<Record<string, unknown>>
type Tensors = ReadonlyMap<string, SafetensorsTensor>

export interface DetectorCheckpoint {
  readonly tensors: Tensors
  /** What decides about a weight. */
  readonly settings: Settings
  /** Steps done. */
  readonly step: number
}

/** Writes a checkpoint whole or not at all. */
export async function writeDetectorCheckpoint(path: string, checkpoint: DetectorCheckpoint): Promise<void> {
  const settings = JSON.stringify(checkpoint.settings)
  const step = String(checkpoint.step)
  const sha256 = checksum(checkpoint.tensors, settings, step)
  await writeFileAtomic(path, encodeSafetensors(checkpoint.tensors, { settings, step, sha256 }))
}

/**
 * Reads a checkpoint and compares it with its checksum; one of version 0.1.0 has none.
 *
 * @throws {TrainerError} `input-invalid`, which names the file and what is wrong with it.
 */
export async function readDetectorCheckpoint(path: string): Promise<DetectorCheckpoint> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(path))
    const { settings, step, sha256 } = metadata
    if (settings === undefined || step === undefined) throw new Error('it has no settings')
    if (sha256 !== undefined && sha256 !== checksum(tensors, settings, step)) throw new Error('its SHA-256 is another')
    return { tensors, settings: JSON.parse(settings), step: Number(step) }
  } catch (error) {
    const { message } = error as Error
    throw new TrainerError(
      'input-invalid',
      `Expected ${path} as training wrote it but received another file: ${message.replace(/\.$/, '')}. Restore it, or remove it to start anew.`,
      { path },
    )
  }
}

/**
 * Asserts that a run continues with the settings that it was begun with.
 *
 * @throws {TrainerError} `run-differs`, which names the first that differs, both values and what to do.
 */
export function assertSameSettings(run: string, path: string, begun: Settings, now: Settings): void {
  const names = [...new Set([...Object.keys(begun), ...Object.keys(now)])]
  const key = names.find((name) => JSON.stringify(begun[name]) !== JSON.stringify(now[name]))
  if (key === undefined) return
  const [before, received] = [begun, now].map((settings) => JSON.stringify(settings[key]) ?? 'nothing')
  const name = key === 'weights' ? 'weights' : `detector.${key}`
  const same = key === 'weights' ? 'the same --weights' : `--set '${name}=${before}'`
  throw new TrainerError(
    'run-differs',
    `Expected ${name} ${before} for ${path}, which was begun with it, but received ${received}. Continue with ${same}, or start another run with --run ${nextRun(run)}.`,
    { path, key: name, before, now: received },
  )
}

function checksum(tensors: Tensors, ...texts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(texts))
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name)!
    hash.update(JSON.stringify([name, dtype, shape]))
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}
