import * as tf from '@tensorflow/tfjs-core'
import { isSame, padWithZeros } from './padding.ts'

/** Batch normalization's output and what it was normalized by, one value per channel; the variance is biased. */
export interface BatchStatistics {
  readonly y: tf.Tensor4D
  readonly mean: tf.Tensor1D
  readonly variance: tf.Tensor1D
}

/** Operations that an engine may do better than a composition of plain tfjs operations; gradients included. */
export interface SeResNeXtOps {
  /**
   * Grouped convolution: `x` [N, H, W, C], `filter` [kh, kw, C / groups, out], `pad` zeros on every side.
   * Group g reads channels g C / groups onwards and writes channels g out / groups onwards.
   */
  groupedConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, strides: number, pad: number, groups: number): tf.Tensor4D
  /** Normalizes `x` [N, H, W, C] over N, H and W, then scales and shifts by `scale` and `offset` [C]. */
  batchNormTraining(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number): BatchStatistics
  /** Maxima of the windows of `x` [N, H, W, C], which is nowhere below 0, with `pad` pixels on every side that are never one. */
  maxPool(x: tf.Tensor4D, size: number, strides: number, pad: number): tf.Tensor4D
  /** Wraps each block in training: an engine may compute its intermediate values again for the gradient. Without it they are kept. */
  recompute?(block: (x: tf.Tensor4D) => tf.Tensor4D): (x: tf.Tensor4D) => tf.Tensor4D
}

/** The operations composed of what every tfjs backend has: TensorFlow's kernels take no padding by numbers. */
export const defaultOps: SeResNeXtOps = {
  groupedConv2d(x, filter, strides, pad, groups) {
    const same = isSame(filter.shape[0], strides, pad) && isSame(filter.shape[1], strides, pad)
    const padded = same ? x : padWithZeros(x, pad)
    const convolve = (input: tf.Tensor4D, weights: tf.Tensor4D): tf.Tensor4D =>
      tf.conv2d(input, weights, strides, same ? 'same' : 'valid')
    if (groups === 1) return convolve(padded, filter)
    const inputs = tf.split<tf.Tensor4D>(padded, groups, 3)
    const filters = tf.split<tf.Tensor4D>(filter, groups, 3)
    const outputs = inputs.map((input, group) => convolve(input, filters[group]))
    return tf.concat(outputs, 3)
  },

  batchNormTraining(x, scale, offset, epsilon) {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale)
    const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset)
    return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D }
  },

  maxPool(x, size, strides, pad) {
    return tf.maxPool(padWithZeros(x, pad), size, strides, 'valid')
  },
}
