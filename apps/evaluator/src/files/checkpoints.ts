/** The checkpoints of a run: runs/<run>/checkpoints/epoch-001/model.safetensors and so on. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { decodeSafetensors, type StateDict } from '@mammokit/seresnext'
import { CommandError } from '../terminal/command-error.ts'
import { readInput } from './atomic-file.ts'
import { runPaths } from './paths.ts'

export interface Checkpoint {
  readonly epoch: number
  readonly weights: StateDict
  readonly preprocessHash: string
  /** First 16 hexadecimal digits of the SHA-256 of model.safetensors. */
  readonly checkpointHash: string
}

/**
 * The epochs that have a checkpoint, rising.
 *
 * @throws CommandError `NO_CHECKPOINTS`
 */
export async function listEpochs(run: string): Promise<number[]> {
  const folder = runPaths(run).checkpoints
  const names = await readdir(folder).catch(() => [])
  const epochs = names.flatMap((name) => /^epoch-(\d{3,})$/.exec(name)?.[1] ?? []).map(Number)
  if (epochs.length > 0) return epochs.sort((a, b) => a - b)
  throw new CommandError(
    'NO_CHECKPOINTS',
    `Expected folders such as epoch-001 in ${folder} but received none. Train first: mammokit-trainer train --run ${run}`,
  )
}

/**
 * Reads the weights of one epoch.
 *
 * @throws CommandError `FILE_MISSING`, `FILE_INVALID`
 */
export async function readCheckpoint(run: string, epoch: number): Promise<Checkpoint> {
  const path = runPaths(run).weights(epoch)
  const bytes = await readInput(path, `Choose another epoch; ${runPaths(run).checkpoints} has those there are.`)
  const { tensors, metadata } = decodeSafetensors(bytes)
  return {
    epoch,
    weights: tensors,
    preprocessHash: metadata?.preprocessHash ?? 'none',
    checkpointHash: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
  }
}
