/** The mathematics of the layers: functions of tensors [N, H, W, C], for the network and for the tfjs layers alike. */
import * as tf from '@tensorflow/tfjs-core'
import type { SeResNeXtOps } from './ops.ts'
import { convolvePadded } from './padding.ts'
import { SeResNeXtError } from './seresnext-error.ts'

/** Convolution with floor(size / 2) zeros on every side; filter [size, size, C / groups, out]. */
export function convolve(
  ops: SeResNeXtOps,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  groups: number,
): tf.Tensor4D {
  if (groups === 1) return convolvePadded(x, filter, stride)
  return ops.groupedConv2d(x, filter, stride, filter.shape[0] >> 1, groups)
}

export interface BatchNormTensors {
  readonly scale: tf.Tensor1D
  readonly offset: tf.Tensor1D
  readonly mean: tf.Tensor1D
  readonly variance: tf.Tensor1D
}

/** Normalizes by the running statistics. */
export function batchNormInference(
  x: tf.Tensor4D,
  { scale, offset, mean, variance }: BatchNormTensors,
  epsilon: number,
): tf.Tensor4D {
  return tf.batchNorm4d(x, mean, variance, offset, scale, epsilon)
}

export interface TrainedBatchNorm {
  readonly y: tf.Tensor4D
  /** The running statistics after this batch: PyTorch keeps the unbiased variance and weighs the new value by the momentum. */
  readonly mean: tf.Tensor1D
  readonly variance: tf.Tensor1D
}

/**
 * Normalizes by the batch's own statistics.
 *
 * @throws {SeResNeXtError} `invalid-input` for a batch with one value per channel
 */
export function batchNormTraining(
  ops: SeResNeXtOps,
  x: tf.Tensor4D,
  tensors: BatchNormTensors,
  { name, epsilon, momentum }: { readonly name: string; readonly epsilon: number; readonly momentum: number },
): TrainedBatchNorm {
  const count = x.shape[0] * x.shape[1] * x.shape[2]
  if (count < 2) {
    const message = `Expected at least 2 values per channel for ${name} in training but received [${x.shape.join(', ')}]. Use a larger batch or image.`
    throw new SeResNeXtError('invalid-input', message, { name, shape: x.shape })
  }
  const { y, mean, variance } = ops.batchNormTraining(x, tensors.scale, tensors.offset, epsilon)
  return {
    y,
    mean: blend(tensors.mean, mean, momentum),
    variance: blend(tensors.variance, tf.mul(variance, count / (count - 1)), momentum),
  }
}

function blend(running: tf.Tensor1D, batch: tf.Tensor1D, momentum: number): tf.Tensor1D {
  return tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))
}

/** Filters [1, 1, in, out] and biases [out] of squeeze-and-excitation's two layers. */
export interface SqueezeExciteTensors {
  readonly fc1: tf.Tensor4D
  readonly bias1: tf.Tensor1D
  readonly fc2: tf.Tensor4D
  readonly bias2: tf.Tensor1D
}

/** Reference: Hu et al., "Squeeze-and-Excitation Networks", https://arxiv.org/abs/1709.01507, section 3. */
export function squeezeExcite(x: tf.Tensor4D, { fc1, bias1, fc2, bias2 }: SqueezeExciteTensors): tf.Tensor4D {
  const squeezed = tf.mean<tf.Tensor4D>(x, [1, 2], true)
  const narrow = tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(squeezed, fc1, 1, 'valid'), bias1))
  return tf.mul(x, tf.sigmoid(tf.add(tf.conv2d(narrow, fc2, 1, 'valid'), bias2)))
}

/** 3x3 windows over values >= 0; `ceil`: no padding but PyTorch's ceil_mode, else one pixel of padding. */
export function maxPool(ops: SeResNeXtOps, x: tf.Tensor4D, stride: number, ceil: boolean): tf.Tensor4D {
  if (!ceil) return ops.maxPool(x, 3, stride, 1)
  const missing = (size: number) => (stride - ((size - 3) % stride)) % stride
  // A zero is never more than a value that is there.
  const filled = tf.pad(x, [
    [0, 0],
    [0, missing(x.shape[1])],
    [0, missing(x.shape[2])],
    [0, 0],
  ])
  return tf.maxPool(filled, 3, stride, 'valid')
}

/** 2x2 windows of stride 2; `ceil`: those at the border average the pixels that are inside. */
export function averagePool(x: tf.Tensor4D, ceil: boolean): tf.Tensor4D {
  return tf.avgPool(x, 2, 2, ceil ? 'same' : 'valid')
}

/**
 * Low-pass filter [1, 2, 1] / 4 in both directions over reflected borders, and every second pixel of it: [1, 1] / 2
 * twice is that filter.
 *
 * Reference: Zhang, "Making Convolutional Networks Shift-Invariant Again", https://arxiv.org/abs/1904.11486; timm's BlurPool2d.
 */
export function blurPool(x: tf.Tensor4D): tf.Tensor4D {
  const bordered = reflect(reflect(x, 1), 2)
  return tf.avgPool(tf.avgPool(bordered, 2, 1, 'valid'), 2, 2, 'valid')
}

/** One pixel on both sides of an axis, the border's neighbor; tf.mirrorPad has no gradient. */
function reflect(x: tf.Tensor4D, axis: number): tf.Tensor4D {
  const at = (index: number): tf.Tensor4D => {
    const [begin, size] = [[0, 0, 0, 0], [...x.shape]]
    begin[axis] = index
    size[axis] = 1
    return tf.slice(x, begin, size)
  }
  return tf.concat([at(1), x, at(x.shape[axis] - 2)], axis)
}

/**
 * Generalized mean over the image, [N, H, W, C] to [N, C]: 1 is the mean, infinity the maximum.
 *
 * Reference: Radenovic et al., "Fine-tuning CNN Image Retrieval with No Human Annotation", https://arxiv.org/abs/1711.02512, eq. 3.
 */
export function generalizedMean(x: tf.Tensor4D, exponent: tf.Tensor1D, floor = 1e-6): tf.Tensor2D {
  const powers = tf.pow(tf.maximum(x, floor), exponent)
  return tf.pow(tf.mean<tf.Tensor2D>(powers, [1, 2]), tf.div(1, exponent))
}

/** Zeros each value with probability `rate`, and scales the others to keep the mean. */
export function dropout<T extends tf.Tensor>(x: T, rate: number): T {
  return dropWith(x, x.shape, rate)
}

/** Zeros whole images with probability `rate` (stochastic depth), and scales the others to keep the mean. */
export function dropPath(x: tf.Tensor4D, rate: number): tf.Tensor4D {
  return dropWith(x, [x.shape[0], 1, 1, 1], rate)
}

function dropWith<T extends tf.Tensor>(x: T, shape: number[], rate: number): T {
  const keep = 1 - rate
  const mask = tf.floor(tf.add(tf.randomUniform(shape, 0, 1), keep))
  return tf.mul(x, tf.div(mask, keep)) as T
}
