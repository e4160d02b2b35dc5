/**
 * Batch normalization with the statistics of the batch: native with a gradient of two passes where a kernel exists (in compiled functions),
 * else composed of tfjs's operators.
 *
 * Reference: Ioffe and Szegedy, "Batch Normalization", https://arxiv.org/abs/1502.03167.
 */
import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel } from './custom-kernel.ts'

/** The normalized image and the statistics of its batch. */
export interface BatchNormTrainingResult {
  /** [N, H, W, C] */
  readonly y: tf.Tensor4D
  /** [C] */
  readonly mean: tf.Tensor1D
  /** Biased variance [C]: the mean of squares, not divided by one less. */
  readonly variance: tf.Tensor1D
}

/**
 * Normalizes x: float32 [N, H, W, C] over N, H and W, then scales and shifts it by `scale` and `offset`: float32 [C].
 *
 * Differentiable in all three, through the returned statistics too, on every backend.
 *
 * @example
 * batchNormTraining(tf.tensor4d([1, 3], [1, 1, 2, 1]), tf.ones([1]), tf.zeros([1]), 0).y // [-1, 1]
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): BatchNormTrainingResult {
  if (!hasKernel('BatchNormTraining')) return composed(x, scale, offset, epsilon)
  registerGradientOnce()
  const [y, mean, variance] = runKernel('BatchNormTraining', { x, scale, offset }, { epsilon })
  return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D }
}

function composed(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number): BatchNormTrainingResult {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))
    const y = tf.add(tf.mul(tf.sub(x, mean), factor), offset)
    return { y: y as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D }
  })
}

function registerGradientOnce(): void {
  if (tf.getGradient('BatchNormTraining') != null) return
  tf.registerGradient({
    kernelName: 'BatchNormTraining',
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [dy, dMean, dVariance] = dys as tf.Tensor[]
      const [x, scale, mean, variance] = saved
      const [dx, dScale, dOffset] = runKernel(
        'BatchNormTrainingGrad',
        { x, dy, scale, mean, variance, dMean, dVariance },
        attrs,
      )
      return { x: () => dx, scale: () => dScale, offset: () => dOffset }
    },
  })
}
