/** Zeros on every side of an image, for TensorFlow's kernels, which take no padding by numbers. */
import * as tf from '@tensorflow/tfjs-core'

/** [N, H, W, C] to [N, H + 2 pad, W + 2 pad, C]. */
export function padWithZeros(x: tf.Tensor4D, pad: number): tf.Tensor4D {
  if (pad === 0) return x
  const sides: [number, number] = [pad, pad]
  return tf.pad(x, [[0, 0], sides, sides, [0, 0]])
}

/** Whether `pad` zeros on every side are what 'same' gives at any size of the image, without a copy of it. */
export function isSame(size: number, stride: number, pad: number): boolean {
  return stride === 1 && size === 2 * pad + 1
}

/** Convolution with floor(size / 2) zeros on every side; filter [size, size, C, out]. */
export function convolvePadded(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number): tf.Tensor4D {
  const size = filter.shape[0]
  const pad = size >> 1
  if (isSame(size, stride, pad)) return tf.conv2d(x, filter, stride, 'same')
  return tf.conv2d(padWithZeros(x, pad), filter, stride, 'valid')
}
