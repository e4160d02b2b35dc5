/**
 * Focal loss for binary classification: cross-entropy that down-weights easy examples.
 *
 * Reference: Lin et al., "Focal Loss for Dense Object Detection", https://arxiv.org/abs/1708.02002, eq. 5.
 */
import * as tf from '@tensorflow/tfjs-core'
import { assertOptions, assertTensors } from './arguments.ts'
import type { FocalLossOptions } from './focal-loss-options.ts'

/**
 * Focal loss of `logits` (float32, any shape, usually [N, 1]) against `targets` (0 to 1, the same shape).
 *
 * Value and gradient are finite for |logit| <= 1e4. Target values are not read, so that the function can be traced.
 *
 * @throws {FocalLossError} for shapes that differ, no samples, or an option out of its range.
 * @example
 * focalLoss(tf.tensor2d([[0], [2]]), tf.tensor2d([[1], [0]]), { gamma: 2 }).dataSync() // [0.9117...]
 */
export function focalLoss(
  logits: tf.Tensor,
  targets: tf.Tensor,
  options?: FocalLossOptions & { readonly reduction?: 'mean' | 'sum' },
): tf.Scalar
export function focalLoss<Shape extends tf.Tensor>(
  logits: Shape,
  targets: tf.Tensor,
  options: FocalLossOptions & { readonly reduction: 'none' },
): Shape
export function focalLoss(logits: tf.Tensor, targets: tf.Tensor, options: FocalLossOptions): tf.Tensor
export function focalLoss(logits: tf.Tensor, targets: tf.Tensor, options: FocalLossOptions = {}): tf.Tensor {
  assertTensors(logits, targets)
  assertOptions(options)
  const { alpha, gamma = 2, labelSmoothing = 0, reduction = 'mean', reference = false } = options
  return tf.tidy(() => {
    const smoothed = smooth(tf.cast(targets, 'float32'), labelSmoothing)
    if (reference) return batchMeanFocalLoss(logits, smoothed, alpha ?? 1, gamma)
    const loss = perSampleFocalLoss(logits, smoothed, alpha, gamma)
    if (reduction === 'none') return loss
    return reduction === 'sum' ? tf.sum(loss) : tf.mean(loss)
  })
}

function smooth(targets: tf.Tensor, labelSmoothing: number): tf.Tensor {
  return labelSmoothing === 0 ? targets : tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / 2)
}

/** Eq. 5 for each class, weighted by the target: the loss of a soft target is its expectation over the label. */
function perSampleFocalLoss(logits: tf.Tensor, targets: tf.Tensor, alpha: number | undefined, gamma: number) {
  const positive = focalTerm(logits, gamma)
  const negative = focalTerm(tf.neg(logits), gamma)
  const positiveWeight = alpha === undefined ? targets : tf.mul(targets, alpha)
  const negativeWeight = tf.sub(1, targets)
  return tf.add(
    tf.mul(positiveWeight, positive),
    tf.mul(alpha === undefined ? negativeWeight : tf.mul(negativeWeight, 1 - alpha), negative),
  )
}

/** (1 - p)^gamma * -log(p) with p = sigmoid(z): 1 - p = exp(-softplus(z)) and -log(p) = softplus(-z) cannot overflow. */
function focalTerm(z: tf.Tensor, gamma: number): tf.Tensor {
  const crossEntropy = tf.softplus(tf.neg(z))
  if (gamma === 0) return crossEntropy
  return tf.mul(tf.exp(tf.mul(tf.softplus(z), -gamma)), crossEntropy)
}

/** alpha * (1 - exp(-ce))^gamma * ce with ce the mean cross-entropy of the batch. */
function batchMeanFocalLoss(logits: tf.Tensor, targets: tf.Tensor, alpha: number, gamma: number): tf.Tensor {
  const crossEntropy = tf.mean(perSampleFocalLoss(logits, targets, undefined, 0))
  if (gamma === 0) return tf.mul(crossEntropy, alpha)
  // 1 - exp(-ce) is 0 or at least 2^-24 in float32; the floor keeps the power's gradient finite at 0 for gamma < 1.
  const weight = tf.pow(tf.maximum(tf.sub(1, tf.exp(tf.neg(crossEntropy))), 1e-12), gamma)
  return tf.mul(tf.mul(weight, crossEntropy), alpha)
}
