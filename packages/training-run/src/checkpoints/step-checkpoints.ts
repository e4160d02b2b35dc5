/** Checkpoints of a training that knows steps and no epochs: RUN/checkpoints/step-200 with one safetensors file and its checksum. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeAtomic } from '@mammokit/atomic-files'
import { decodeSafetensors, encodeSafetensors } from '@mammokit/safetensors'
import { runPaths } from '../run-paths.ts'
import { assertFinite } from './assert-finite.ts'
import type { NamedTensors } from './checkpoint.ts'
import { clearLeftovers, describePassedOver, newestIntact, noneIntact } from './newest-intact.ts'
import { type ReadResult, readVerified, writeVerified } from './verified-folder.ts'

/** Contents of a checkpoint of a training without epochs. */
export interface StepCheckpoint {
  /** Steps done. */
  readonly step: number
  readonly tensors: NamedTensors
  /** Of the file, beside `step`. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The newest checkpoint of a training without epochs. */
export interface LastStepCheckpoint {
  /** The file and what it holds; undefined for a new run. */
  readonly checkpoint: (StepCheckpoint & { readonly path: string }) | undefined
  /** What was altered since it was written, in sentences for whoever started the run. */
  readonly notes: readonly string[]
}

const pattern = /^step-(\d+)$/

/**
 * Writes RUN/checkpoints/step-200/<file>, removes all but the one before it, and returns its path.
 *
 * @throws TrainingRunError not-finite for tensors that no step can go on from; FileError cannot-write
 */
export async function saveStepCheckpoint(run: string, file: string, checkpoint: StepCheckpoint): Promise<string> {
  const { step, tensors, metadata } = checkpoint
  const { checkpoints } = runPaths(run)
  const target = join(checkpoints, `step-${step}`)
  assertFinite(tensors, target)
  await writeVerified(target, { [file]: encodeSafetensors(tensors, { ...metadata, step: String(step) }) })
  const steps = await listSteps(checkpoints)
  const before = steps.findLast((other) => other < step)
  for (const other of steps) {
    if (other !== step && other !== before) await removeAtomic(join(checkpoints, `step-${other}`))
  }
  return join(target, file)
}

/**
 * Finds the checkpoint with the most steps that is as it was written, and clears what a kill left. Only the owner of a run may do this.
 *
 * @throws TrainingRunError checkpoint-altered where there are checkpoints and none is as it was written; FileError cannot-read, cannot-remove
 */
export async function findStepCheckpoint(run: string, file: string): Promise<LastStepCheckpoint> {
  const { checkpoints } = runPaths(run)
  await clearLeftovers(checkpoints)
  const { value, faults } = await newestIntact(checkpoints, pattern, (folder) => read(folder, file))
  if (value !== undefined) return { checkpoint: value, notes: describePassedOver(faults, value.step) }
  if (faults.length > 0) throw noneIntact(run, faults)
  return { checkpoint: undefined, notes: [] }
}

async function read(folder: string, file: string): Promise<ReadResult<StepCheckpoint & { readonly path: string }>> {
  const path = join(folder, file)
  const files = await readVerified(folder, [file])
  if (!('value' in files)) return files
  try {
    const { tensors, metadata } = decodeSafetensors(files.value[file].bytes)
    const { step, ...others } = metadata
    return { value: { path, step: Number(step), tensors, metadata: others } }
  } catch (error) {
    return { path, fault: `cannot be read: ${(error as Error).message}`, isMissing: false }
  }
}

/** Rising. */
async function listSteps(checkpoints: string): Promise<number[]> {
  const names = await readdir(checkpoints)
  return names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}
