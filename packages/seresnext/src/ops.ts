import * as tf from '@tensorflow/tfjs-core'

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
}

/** The operations composed of plain tfjs operations: any backend, no speed. */
export const defaultOps: SeResNeXtOps = {
  groupedConv2d(x, filter, strides, pad, groups) {
    if (groups === 1) return tf.conv2d<tf.Tensor4D>(x, filter, strides, pad)
    const inputs = tf.split<tf.Tensor4D>(x, groups, 3)
    const filters = tf.split<tf.Tensor4D>(filter, groups, 3)
    const outputs = inputs.map((input, group) => tf.conv2d<tf.Tensor4D>(input, filters[group], strides, pad))
    return tf.concat(outputs, 3)
  },

  batchNormTraining(x, scale, offset, epsilon) {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale)
    const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset)
    return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D }
  },
}
