import { TrainingRunError } from '../training-run-error.ts'
import type { NamedTensors } from './checkpoint.ts'

/** @throws TrainingRunError not-finite, which names the tensor: no step can go on from it. */
export function assertFinite(tensors: NamedTensors, target: string): void {
  for (const [name, { data }] of tensors) {
    if (data instanceof Float32Array && !data.every(Number.isFinite)) throw notFinite(target, name)
  }
}

/** The error for a value that makes a checkpoint useless. */
export function notFinite(target: string, name: string): TrainingRunError {
  const message = `Expected finite numbers in ${target} but received others in ${name}. Nothing was saved: the checkpoint before is the last good one.`
  return new TrainingRunError('not-finite', message, { folder: target, name })
}
