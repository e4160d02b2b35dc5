/** The weights of one epoch: runs/<run>/checkpoints/epoch-001/model.safetensors. */
import { createHash } from 'node:crypto'
import { decodeSafetensors } from '@mammokit/safetensors'
import type { StateDict } from '@mammokit/seresnext'
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
