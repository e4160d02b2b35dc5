/** The checkpoints of a detector's run: checkpoints/step-200/detector.safetensors, with the settings that the run was begun with. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeAtomic } from '@mammokit/atomic-files'
import { decodeSafetensors } from '@mammokit/safetensors'
import { findStepCheckpoint, type LastStepCheckpoint, nextRun, saveStepCheckpoint } from '@mammokit/training-run'
import { TrainerError } from '../trainer-error.ts'

type Settings = Readonly<Record<string, unknown>>

export const detectorFile = 'detector.safetensors'

/**
 * Finds the newest checkpoint of a run that is as it was written; that of version 0.1.0, which lies beside the result, is moved.
 *
 * @throws {TrainerError} `input-invalid` for one of version 0.1.0 that cannot be read
 */
export async function findDetectorCheckpoint(run: string): Promise<LastStepCheckpoint> {
  const found = await findStepCheckpoint(run, detectorFile)
  const earlier = join(run, detectorFile)
  if (found.checkpoint || !existsSync(earlier)) return found
  const { tensors, step, settings } = await readEarlier(earlier)
  await saveStepCheckpoint(run, detectorFile, { tensors, step, metadata: { settings } })
  await removeAtomic(earlier)
  return findStepCheckpoint(run, detectorFile)
}

async function readEarlier(path: string) {
  const fail = (received: string) =>
    new TrainerError(
      'input-invalid',
      `Expected ${path} as training wrote it but received ${received}. Restore it, or remove it to start anew.`,
      { path },
    )
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(path))
    if (metadata.settings !== undefined) return { tensors, step: Number(metadata.step), settings: metadata.settings }
  } catch (error) {
    throw fail(`another file: ${(error as Error).message.replace(/\.$/, '')}`)
  }
  throw fail('a file without settings')
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
  const same = key === 'weights' ? 'the same --pretrained' : `--option '${name}=${before}'`
  throw new TrainerError(
    'run-differs',
    `Expected ${name} ${before} for ${path}, which was begun with it, but received ${received}. Continue with ${same}, or start another run with --run ${nextRun(run)}.`,
    { path, key: name, before, now: received },
  )
}
