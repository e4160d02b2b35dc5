/**
 * Grouped convolution, which tfjs lacks: native where a kernel exists (in compiled functions) or where TensorFlow computes on a GPU, else composed
 * of one convolution for each group.
 *
 * Reference: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks", https://arxiv.org/abs/1611.05431.
 */

import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { hasKernel, runKernel } from './custom-kernel.ts'

/** Step of the window, for both axes or for each. */
export type Strides = number | [number, number]
/** tfjs's padding, or pixels. */
export type Padding = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding

/**
 * Convolves each group of channels with its own filters.
 *
 * x: float32 [N, H, W, C]; filter: float32 [kh, kw, C / groups, O], filters of one group side by side; result [N, H', W', O].
 * Differentiable in both, on every backend.
 *
 * @throws where C or O is not a multiple of groups, or the filter's third length is not C / groups
 * @example
 * groupedConv2d(tf.ones([1, 4, 4, 8]), tf.ones([3, 3, 2, 8]), 1, 1, 4).shape // [1, 4, 4, 8]
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  strides: Strides,
  pad: Padding,
  groups: number,
): tf.Tensor4D {
  const channels = x.shape[3]
  const [, , perGroup, outChannels] = filter.shape
  if (!Number.isInteger(groups) || groups < 1 || perGroup * groups !== channels || outChannels % groups !== 0)
    throw new EngineError(
      'bad-input',
      `Expected a filter [kh, kw, C / groups, O] whose lengths fit ${groups} groups of ${channels} channels but received [${filter.shape}]. C and O must be multiples of groups.`,
      { groups, channels, filter: filter.shape },
    )
  // TensorFlow's kernels take no padding by numbers: the image is padded first.
  if (typeof pad !== 'string' && pad !== 0 && tf.getBackend() === 'tensorflow')
    return tf.tidy(() => groupedConv2d(tf.pad(x, sides(pad)), filter, strides, 'valid', groups))
  if (groups === 1) return tf.conv2d(x, filter, strides, pad)
  if (hasKernel('GroupedConv2D')) return native(x, filter, 'GroupedConv2D', { strides, pad, groups })
  return infersGroups() ? inferred(x, filter, strides, pad) : composed(x, filter, strides, pad, groups)
}

function native(x: tf.Tensor4D, filter: tf.Tensor4D, kernel: string, attrs: object): tf.Tensor4D {
  const convolve = tf.customGrad((...args) => {
    const [input, weights] = args as unknown as tf.Tensor4D[]
    const save = args[2] as unknown as tf.GradSaveFunc
    save([input, weights])
    return {
      value: runKernel(kernel, { x: input, filter: weights }, attrs)[0],
      gradFunc: (dy: tf.Tensor, [savedX, savedFilter]: tf.Tensor[]) => [
        runKernel(`${kernel}BackpropInput`, { dy, filter: savedFilter }, { ...attrs, inputShape: savedX.shape })[0],
        runKernel(`${kernel}BackpropFilter`, { x: savedX, dy }, { ...attrs, filterShape: savedFilter.shape })[0],
      ],
    }
  })
  return convolve(x, filter) as tf.Tensor4D
}

/**
 * Whether Conv2D infers the number of groups from the filter's shape: TensorFlow does on a GPU, and fails on the CPU.
 *
 * Reference: https://github.com/tensorflow/tensorflow/blob/v2.9.1/tensorflow/core/kernels/conv_ops.cc.
 */
function infersGroups(): boolean {
  return tf.getBackend() === 'tensorflow' && (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
}

function inferred(x: tf.Tensor4D, filter: tf.Tensor4D, strides: Strides, pad: Padding): tf.Tensor4D {
  return native(x, filter, 'Conv2D', { strides, pad, dataFormat: 'NHWC', dilations: [1, 1] })
}

function sides(pad: number | tf.backend_util.ExplicitPadding): tf.backend_util.ExplicitPadding {
  if (typeof pad !== 'number') return pad
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ]
}

function composed(x: tf.Tensor4D, filter: tf.Tensor4D, strides: Strides, pad: Padding, groups: number): tf.Tensor4D {
  return tf.tidy(() => {
    const images = tf.split(x, groups, 3) as tf.Tensor4D[]
    const filters = tf.split(filter, groups, 3) as tf.Tensor4D[]
    return tf.concat(
      images.map((image, i) => tf.conv2d(image, filters[i], strides, pad)),
      3,
    )
  })
}
