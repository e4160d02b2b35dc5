/** Properties of kernels on images and volumes: convolution, pooling, normalization, resizing, windows, blocks, sampling, boxes. */
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { batchNormTraining, groupedConv2d } from '../../../src/index.ts'
import { integers, normal, uniform } from '../../compare.ts'
import { length, type Properties, type Sample } from './property.ts'

const small = fc.integer({ min: 1, max: 3 })
const side = fc.integer({ min: 4, max: 7 })
const padding = fc.constantFrom('same' as const, 'valid' as const)
const windows = fc.record({
  height: side,
  width: side,
  kh: small,
  kw: small,
  stride: fc.integer({ min: 1, max: 2 }),
  pad: padding,
})
type Window = typeof windows extends fc.Arbitrary<infer W> ? W : never

/** In three dimensions tfjs pads by negative numbers where a stride is longer than the window, and its gradients want square ones. */
const long = windows.map((w) => ({ ...w, kw: w.kh, stride: Math.min(w.stride, w.kh) }))

const of = (make: (w: Window) => Sample) => windows.map(make)
const image = ({ height, width }: Window, channels = 4) => normal([2, height, width, channels])
const four = (x: tf.Tensor) => x as tf.Tensor4D
const five = (x: tf.Tensor) => x as tf.Tensor5D

/** The gradient of a call for its inputs, as a call of these and of the error. */
const gradientOf =
  (call: (...xs: tf.Tensor[]) => tf.Tensor, ...which: number[]) =>
  (...args: tf.Tensor[]) => {
    const gradients = tf.grads(call)(args.slice(0, -1), args[args.length - 1])
    return which.map((i) => gradients[i])
  }

/** A sample of the gradient of another sample's call. */
function backward(sample: Sample, ...which: number[]): Sample {
  const call = sample.call as (...xs: tf.Tensor[]) => tf.Tensor
  const error = normal([...tf.tidy(() => call(...sample.inputs)).shape])
  return { call: gradientOf(call, ...which), inputs: [...sample.inputs, error] }
}

const convolution = of((w) => ({
  call: (x, filter) => tf.conv2d(four(x), four(filter), w.stride, w.pad),
  inputs: [image(w), normal([w.kh, w.kw, 4, 3])],
}))
const depthwise = of((w) => ({
  call: (x, filter) => tf.depthwiseConv2d(four(x), four(filter), w.stride, w.pad),
  inputs: [image(w), normal([w.kh, w.kw, 4, 2])],
}))
const grouped = of((w) => ({
  call: (x, filter) => groupedConv2d(four(x), four(filter), w.stride, w.pad, 2),
  inputs: [image(w), normal([w.kh, w.kw, 2, 6])],
}))
const volumetric = long.map(
  (w): Sample => ({
    call: (x, filter) => tf.conv3d(five(x), five(filter), w.stride, w.pad),
    inputs: [normal([1, 4, w.height, w.width, 2]), normal([2, w.kh, w.kw, 2, 3])],
  }),
)
const transposed = of((w) => ({
  call: (dy, filter) =>
    tf.conv2dTranspose(four(dy), four(filter), [2, w.height * w.stride, w.width * w.stride, 4], w.stride, 'same'),
  inputs: [image(w, 3), normal([w.kh, w.kw, 4, 3])],
}))
const pooled = (pool: typeof tf.maxPool, pads = padding) =>
  fc
    .tuple(windows, pads)
    .map(([w, pad]): Sample => ({ call: (x) => pool(four(x), [w.kh, w.kw], w.stride, pad), inputs: [image(w)] }))
const pooledVolume = (pool: typeof tf.maxPool3d, pads = padding) =>
  fc.tuple(long, pads).map(
    ([w, pad]): Sample => ({
      call: (x) => pool(five(x), [2, w.kh, w.kw], w.stride, pad),
      inputs: [normal([1, 4, w.height, w.width, 2])],
    }),
  )
const valid = fc.constant('valid' as const)
const normalized = of((w) => ({
  call: (x, scale, offset) =>
    Object.values(batchNormTraining(four(x), scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-3)),
  inputs: [image(w), normal([4]), normal([4])],
}))
const resized = (name: 'resizeBilinear' | 'resizeNearestNeighbor', isSquare: boolean) =>
  fc.tuple(windows, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.boolean()).map(
    ([w, rows, columns, align]): Sample => ({
      call: (x) => tf.image[name](four(x), [rows, columns], align),
      // The JavaScript backend's gradients swap height and width, and read the errors of the wrong image.
      inputs: [isSquare ? normal([1, w.height, w.height, 2]) : image(w)],
    }),
  )
const dilated = of((w) => ({
  call: (x, filter) => tf.dilation2d(four(x), filter as tf.Tensor3D, w.stride, w.pad),
  inputs: [normal([1, w.height, w.width, 3]), normal([w.kh, w.kw, 3])],
}))
const responses = of((w) => ({
  call: (x) => tf.localResponseNormalization(four(x), w.kh, 1, 0.3, 0.6),
  inputs: [image(w, 6)],
}))
const batchNorm = of((w) => ({
  call: (x, mean, variance, offset, scale) =>
    tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 1e-3),
  inputs: [image(w), normal([4]), uniform([4], 0.5, 2), normal([4]), normal([4])],
}))
const activations = fc.constantFrom('linear' as const, 'relu' as const, 'elu' as const, 'relu6' as const)

export const imageProperties: Properties = {
  Conv2D: convolution,
  Conv2DBackpropInput: transposed,
  Conv2DBackpropFilter: convolution.map((sample) => backward(sample, 1)),
  GroupedConv2D: grouped,
  GroupedConv2DBackpropInput: grouped.map((sample) => backward(sample, 0)),
  GroupedConv2DBackpropFilter: grouped.map((sample) => backward(sample, 1)),
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropInput: depthwise.map((sample) => backward(sample, 0)),
  DepthwiseConv2dNativeBackpropFilter: depthwise.map((sample) => backward(sample, 1)),
  FusedConv2D: fc.tuple(windows, activations).map(([w, activation]) => ({
    call: (x, filter, bias) =>
      tf.fused.conv2d({ x: four(x), filter: four(filter), strides: w.stride, pad: w.pad, bias, activation }),
    inputs: [image(w), normal([w.kh, w.kw, 4, 3]), normal([3])],
  })),
  FusedDepthwiseConv2D: fc.tuple(windows, activations).map(([w, activation]) => ({
    call: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({ x: four(x), filter: four(filter), strides: w.stride, pad: w.pad, bias, activation }),
    inputs: [image(w), normal([w.kh, w.kw, 4, 1]), normal([4])],
  })),
  Conv3D: volumetric,
  Conv3DBackpropInputV2: volumetric.map((sample) => backward(sample, 0)),
  Conv3DBackpropFilterV2: volumetric.map((sample) => backward(sample, 1)),
  MaxPool: pooled(tf.maxPool),
  MaxPoolGrad: pooled(tf.maxPool).map((sample) => backward(sample, 0)),
  MaxPool3D: pooledVolume(tf.maxPool3d),
  MaxPool3DGrad: pooledVolume(tf.maxPool3d).map((sample) => backward(sample, 0)),
  AvgPool: pooled(tf.avgPool),
  AvgPoolGrad: pooled(tf.avgPool, valid).map((sample) => backward(sample, 0)),
  AvgPool3D: pooledVolume(tf.avgPool3d),
  AvgPool3DGrad: pooledVolume(tf.avgPool3d, valid).map((sample) => backward(sample, 0)),
  MaxPoolWithArgmax: of((w) => ({
    call: (x) => Object.values(tf.maxPoolWithArgmax(four(x), [w.kh, w.kw], w.stride, 'valid', w.pad === 'same')),
    inputs: [image(w)],
  })),
  FusedBatchNorm: batchNorm,
  BatchNormTraining: normalized,
  BatchNormTrainingGrad: normalized.map(({ call, inputs }) =>
    backward({ call: (...xs) => (call(...xs) as tf.Tensor[])[0], inputs }, 0, 1, 2),
  ),
  ResizeBilinear: resized('resizeBilinear', false),
  ResizeBilinearGrad: resized('resizeBilinear', true).map((sample) => backward(sample, 0)),
  ResizeNearestNeighbor: resized('resizeNearestNeighbor', false),
  ResizeNearestNeighborGrad: resized('resizeNearestNeighbor', true).map((sample) => backward(sample, 0)),
  LRN: responses,
  LRNGrad: responses.map((sample) => backward(sample, 0)),
  Dilation2D: dilated,
  Dilation2DBackpropInput: dilated.map((sample) => backward(sample, 0)),
  Dilation2DBackpropFilter: dilated.map((sample) => backward(sample, 1)),
  FlipLeftRight: of((w) => ({ call: (x) => tf.image.flipLeftRight(four(x)), inputs: [image(w)] })),
  DepthToSpace: fc
    .tuple(length, length)
    .map(([h, w]) => ({ call: (x) => tf.depthToSpace(four(x), 2, 'NHWC'), inputs: [normal([2, h, w, 8])] })),
  BatchToSpaceND: fc.tuple(length, length).map(([h, w]) => ({
    call: (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [h % 2, 1],
          [0, w % 2],
        ],
      ),
    inputs: [normal([8, h, w, 2])],
  })),
  SpaceToBatchND: fc.tuple(length, length).map(([h, w]) => ({
    call: (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, h % 2],
          [w % 2, 0],
        ],
      ),
    inputs: [normal([2, h, w, 2])],
  })),
  CropAndResize: of((w) => ({
    call: (x, boxes, numbers) =>
      tf.image.cropAndResize(four(x), boxes as tf.Tensor2D, numbers as tf.Tensor1D, [w.kh, w.kw + 1], 'bilinear', 0.5),
    inputs: [image(w), uniform([3, 4], -0.2, 1.2), integers([3], 0, 2)],
  })),
  Transform: of((w) => ({
    call: (x, transforms) => tf.image.transform(four(x), transforms as tf.Tensor2D, 'bilinear', 'constant', 0.5),
    inputs: [normal([1, w.height, w.width, 2]), tf.concat([uniform([1, 6], -1, 2), uniform([1, 2], 0, 0.05)], 1)],
    tolerance: 1e-3,
  })),
  RotateWithOffset: of((w) => ({
    call: (x) => tf.image.rotateWithOffset(four(x), w.width - w.height + 0.3),
    inputs: [image(w)],
  })),
  NonMaxSuppressionV4: length.map((most) => ({
    call: (boxes, scores) =>
      Object.values(
        tf.image.nonMaxSuppressionPadded(boxes as tf.Tensor2D, scores as tf.Tensor1D, most, 0.4, 0.2, true),
      ),
    inputs: [uniform([8, 4], 0, 1), uniform([8], 0, 1)],
  })),
}

/** Gradients that the JavaScript backend has wrong are compared with finite differences; these calls are linear, so that the step may be large. */
export const linearGradients: Properties = {
  AvgPool: pooled(tf.avgPool),
  AvgPool3D: pooledVolume(tf.avgPool3d),
  ResizeBilinear: resized('resizeBilinear', false),
  ResizeNearestNeighbor: resized('resizeNearestNeighbor', false),
}

/** Where the gradient needs other samples than the kernel. */
export const imageGradients: Properties = {
  FusedBatchNorm: batchNorm,
  // tfjs's own has none for several outputs: that of y is BatchNormTrainingGrad above.
  BatchNormTraining: normalized.map(({ call, inputs }) => ({
    call: (...xs) => {
      const [y, mean, variance] = call(...xs) as tf.Tensor[]
      return tf.add(tf.mul(y, variance), mean)
    },
    inputs,
    tolerance: 1e-3,
  })),
}
