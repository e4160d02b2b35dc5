import * as tf from '@tensorflow/tfjs-core'

/** Batch normalization's output and what it was normalized by, one value per channel; the variance is biased. */
export interface BatchStatistics {
  readonly y: tf.Tensor4D
  readonly mean: tf.Tensor1D
  readonly variance: tf.Tensor1D
}

/** Operations that an engine may do better than a composition of plain tfjs operations; gradients included. */
export interface Yolov5Ops {
  /** Normalizes `x` [N, H, W, C] over N, H and W, then scales and shifts by `scale` and `offset` [C]. */
  batchNormTraining(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number): BatchStatistics
}

/** The operations composed of plain tfjs operations: any backend, no speed. */
export const defaultOps: Yolov5Ops = {
  batchNormTraining(x, scale, offset, epsilon) {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale)
    const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset)
    return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D }
  },
}
