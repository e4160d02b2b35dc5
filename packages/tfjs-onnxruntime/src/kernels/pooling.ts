/** Pooling over windows of images, and its gradients. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { type Attribute, sizeOf, type Value } from '../graph/graph.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { LoweringTable } from './lowering.ts'

interface PoolAttrs {
  readonly filterSize: [number, number] | number
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export const poolingKernels: LoweringTable = {
  MaxPool: (b, { x }, attrs: PoolAttrs) =>
    channelsLast(b, b.add('MaxPool', [channelsFirst(b, x)], attributesOf(poolInfo(x, attrs)))),
  MaxPoolGrad(b, { dy, input }, attrs: PoolAttrs) {
    const info = poolInfo(input, attrs)
    const [, indices] = b.addAll('MaxPool', [channelsFirst(b, input)], attributesOf(info))
    return channelsLast(b, scatter(b, channelsFirst(b, dy), indices, channelsFirst(b, input).shape))
  },
  AvgPool: (b, { x }, attrs: PoolAttrs) =>
    channelsLast(b, b.add('AveragePool', [channelsFirst(b, x)], attributesOf(poolInfo(x, attrs)))),
  AvgPoolGrad: (b, { dy, input }, attrs: PoolAttrs) => averageGradient(b, dy, poolInfo(input, attrs)),
}

function poolInfo(x: Value, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  )
}

function attributesOf(info: tf.backend_util.Conv2DInfo): Record<string, Attribute> {
  const { top, left, bottom, right } = info.padInfo
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  }
}

/** Adds each error to the element that was the greatest of its window. */
function scatter(b: GraphBuilder, dy: Value, indices: Value, shape: readonly number[]): Value {
  const zeros = b.fill(0, [sizeOf(shape)])
  const flat = [sizeOf(dy.shape)]
  return b.reshape(
    b.add('ScatterElements', [zeros, b.reshape(indices, flat), b.reshape(dy, flat)], { axis: 0, reduction: 'add' }),
    shape,
  )
}

/** Each error is shared by the elements of its window: a transposed convolution of each channel with ones. */
function averageGradient(b: GraphBuilder, dy: Value, info: tf.backend_util.Conv2DInfo): Value {
  const [n, c, h, w] = channelsFirst(b, dy).shape
  const { top, left, bottom, right } = info.padInfo
  const counts = countsOf(info)
  const shares = b.add('Mul', [
    b.reshape(channelsFirst(b, dy), [n * c, 1, h, w]),
    b.constant(
      counts.map((count) => 1 / count),
      [1, 1, h, w],
      'float32',
    ),
  ])
  const kernel = [info.filterHeight, info.filterWidth]
  const reach = (size: number, stride: number, length: number): number => (size - 1) * stride + length
  const rest = [
    info.inHeight + top + bottom - reach(h, info.strideHeight, kernel[0]),
    info.inWidth + left + right - reach(w, info.strideWidth, kernel[1]),
  ]
  const spread = b.add('ConvTranspose', [shares, b.fill(1, [1, 1, ...kernel])], {
    kernel_shape: kernel,
    strides: [info.strideHeight, info.strideWidth],
    pads: [0, 0, 0, 0],
    output_padding: [0, 0],
  })
  const whole = b.pad(spread, [0, 0, 0, 0], [0, 0, Math.max(0, rest[0]), Math.max(0, rest[1])])
  const cut = b.slice(whole, [2, 3], [top, left], [top + info.inHeight, left + info.inWidth])
  return channelsLast(b, b.reshape(cut, [n, c, info.inHeight, info.inWidth]))
}

/** How many real elements each window has: the average leaves the padding out. */
function countsOf(info: tf.backend_util.Conv2DInfo): number[] {
  const along = (out: number, stride: number, length: number, before: number, size: number): number[] =>
    Array.from(
      { length: out },
      (_, i) => Math.min(i * stride - before + length, size) - Math.max(i * stride - before, 0),
    )
  const rows = along(info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight)
  const columns = along(info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth)
  return rows.flatMap((row) => columns.map((column) => row * column))
}
