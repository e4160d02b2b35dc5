/** The weights of one epoch: runs/<run>/checkpoints/epoch-001/model.safetensors. */
import { createHash } from 'node:crypto'
import { readInputFile } from '@mammokit/atomic-files'
import { decodeSafetensors } from '@mammokit/safetensors'
import type { NamedTensors } from './checkpoint.ts'
import { runPaths } from './run-paths.ts'

export interface EpochWeights {
  readonly epoch: number
  /** timm's names and PyTorch's layout. */
  readonly weights: NamedTensors
  readonly preprocessHash: string
  /** First 16 hexadecimal digits of the SHA-256 of model.safetensors. */
  readonly checkpointHash: string
}

/**
 * Reads the weights of one epoch.
 *
 * @throws FileError not-found
 */
export async function readEpochWeights(run: string, epoch: number): Promise<EpochWeights> {
  const path = runPaths(run).weights(epoch)
  const bytes = await readInputFile(path, `Choose another epoch; ${runPaths(run).checkpoints} has those there are.`)
  const { tensors, metadata } = decodeSafetensors(bytes)
  return {
    epoch,
    weights: tensors,
    preprocessHash: metadata?.preprocessHash ?? 'none',
    checkpointHash: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
  }
}
