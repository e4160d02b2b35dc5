import type { Tensor } from '@tensorflow/tfjs-core'
import { invalidArgument } from './focal-loss-error.ts'
import type { FocalLossOptions } from './focal-loss-options.ts'

const reductions: readonly unknown[] = ['none', 'mean', 'sum']

export function assertTensors(logits: Tensor, targets: Tensor): void {
  const [logitsShown, targetsShown] = [describe(logits), describe(targets)]
  if (!isTensor(logits) || logits.dtype !== 'float32') {
    throw invalidArgument('logits', 'a float32 tensor', logitsShown, 'Cast it with tf.cast.')
  }
  if (logits.size === 0) {
    throw invalidArgument('logits', 'at least one sample', logitsShown, 'Skip empty batches.')
  }
  if (!isTensor(targets) || !['float32', 'int32', 'bool'].includes(targets.dtype)) {
    const expected = 'a float32, int32 or bool tensor'
    throw invalidArgument('targets', expected, targetsShown, 'Pass one target per logit.')
  }
  if (targets.shape.length !== logits.shape.length || targets.shape.some((size, axis) => size !== logits.shape[axis])) {
    const expected = `shape [${logits.shape.join(', ')}] of the logits`
    throw invalidArgument('targets', expected, targetsShown, 'Reshape one of the two.')
  }
}

export function assertOptions({ alpha, gamma, labelSmoothing, reduction, reference }: FocalLossOptions): void {
  if (alpha !== undefined && !(alpha >= 0 && (reference ? alpha < Number.POSITIVE_INFINITY : alpha <= 1))) {
    const expected = reference ? 'a finite number >= 0' : 'a number from 0 to 1'
    const advice = reference ? 'It is a factor of the loss.' : 'Omit it for no class weighting.'
    throw invalidArgument('alpha', expected, alpha, advice)
  }
  if (gamma !== undefined && !(gamma >= 0 && gamma < Number.POSITIVE_INFINITY)) {
    throw invalidArgument('gamma', 'a finite number >= 0', gamma, 'The paper uses 0 to 5.')
  }
  if (labelSmoothing !== undefined && !(labelSmoothing >= 0 && labelSmoothing < 1)) {
    const advice = '0 disables smoothing.'
    throw invalidArgument('labelSmoothing', 'a number >= 0 and < 1', labelSmoothing, advice)
  }
  if (reduction !== undefined && !reductions.includes(reduction)) {
    const advice = "Leave it out for 'mean'."
    throw invalidArgument('reduction', "'none', 'mean' or 'sum'", `'${reduction}'`, advice)
  }
  if (reference && reduction !== undefined && reduction !== 'mean') {
    const advice = 'The reference scales the batch mean and supports no other reduction.'
    throw invalidArgument('reduction', "'mean' with reference", `'${reduction}'`, advice)
  }
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value
}

function describe(value: unknown): string {
  return isTensor(value) ? `${value.dtype} [${value.shape.join(', ')}]` : String(value)
}
