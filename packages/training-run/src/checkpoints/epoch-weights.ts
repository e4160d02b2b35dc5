/** The weights of one epoch: runs/<run>/checkpoints/epoch-001/model.safetensors. */
import { dirname } from 'node:path'
import { FileError } from '@mammokit/atomic-files'
import { decodeSafetensors } from '@mammokit/safetensors'
import { runPaths } from '../run-paths.ts'
import { TrainingRunError } from '../training-run-error.ts'
import type { NamedTensors } from './checkpoint.ts'
import { readVerified } from './verified-folder.ts'

/** The weights after an epoch. */
export interface EpochWeights {
  readonly epoch: number
  /** timm's names and PyTorch's layout. */
  readonly weights: NamedTensors
  readonly preprocessHash: string
  /** First 16 hexadecimal digits of the SHA-256 of model.safetensors. */
  readonly checkpointHash: string
}

/**
 * Reads the weights of one epoch and compares them with their checksum.
 *
 * @throws FileError not-found, cannot-read; TrainingRunError checkpoint-altered, which names the file
 */
export async function readEpochWeights(run: string, epoch: number): Promise<EpochWeights> {
  const { weights: pathOf, checkpoints } = runPaths(run)
  const path = pathOf(epoch)
  const result = await readVerified(dirname(path), ['model.safetensors'])
  if (!('value' in result)) {
    if (!result.isMissing) throw altered(result.path, result.fault)
    const message = `Expected a file ${path} but received ENOENT. Choose one of the epochs in ${checkpoints}.`
    throw new FileError('not-found', message, { path })
  }
  const { bytes, sha256 } = result.value['model.safetensors']
  const { tensors, metadata } = decode(bytes, path)
  return {
    epoch,
    weights: tensors,
    preprocessHash: metadata?.preprocessHash ?? 'none',
    checkpointHash: sha256.slice(0, 16),
  }
}

function decode(bytes: Buffer, path: string): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes)
  } catch (error) {
    throw altered(path, `cannot be read: ${(error as Error).message}`)
  }
}

function altered(path: string, fault: string): TrainingRunError {
  const message = `Expected ${path} as training wrote it but received a file that ${fault.replace(/\.$/, '')}. Restore it, or remove ${dirname(path)} to go on without that epoch.`
  return new TrainingRunError('checkpoint-altered', message, { path, fault })
}
