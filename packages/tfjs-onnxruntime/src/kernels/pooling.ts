/** Pooling over windows of images and volumes, and its gradients. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { type Attribute, sameShape, sizeOf, type Value } from '../graph/graph.ts'
import { fitPads } from './convolution-geometry.ts'
import { convolveBackpropInput } from './convolution-lowering.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { Lowering, LoweringTable } from './lowering.ts'
import { firstGreatest, padded, placeBack, shifted, tapsOf, type WindowGeometry } from './windows.ts'

/** Less than every number that images hold; an infinity would become NaN where it is multiplied by zero. */
const lowest = -3.4e38

interface PoolAttrs {
  readonly filterSize: [number, number] | number
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

interface PoolGeometry {
  /** (depth,) height, width */
  readonly inSize: readonly number[]
  readonly outSize: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly before: readonly number[]
  readonly after: readonly number[]
}

type GeometryOf = (x: Value, attrs: object) => PoolGeometry

export const poolingKernels: LoweringTable = {
  MaxPool: maxPool(imageGeometry),
  MaxPool3D: maxPool(volumeGeometry),
  MaxPoolGrad: maxPoolGradient(imageGeometry),
  MaxPool3DGrad: maxPoolGradient(volumeGeometry),
  AvgPool: averagePool(imageGeometry),
  AvgPool3D: averagePool(volumeGeometry),
  AvgPoolGrad: averagePoolGradient(imageGeometry),
  AvgPool3DGrad: averagePoolGradient(volumeGeometry),
  MaxPoolWithArgmax(b, { x }, attrs: tf.MaxPoolWithArgmaxAttrs) {
    tf.util.assert(
      x.shape.length === 4,
      () => `Expected rank 4 for x of maxPoolWithArgmax but received rank ${x.shape.length}.`,
    )
    const image = channelsFirst(b, x)
    const geometry = imageGeometry(x, attrs)
    const [values, positions] = b.addAll('MaxPool', [image], attributesOf(geometry))
    const indices = b.isPortable ? positionsByTaps(b, image, geometry) : positions
    return [
      channelsLast(b, values),
      channelsLast(b, b.cast(lastIndices(b, indices, x.shape, attrs.includeBatchInIndex), 'int32')),
    ]
  },
}

function maxPool(geometryOf: GeometryOf): Lowering {
  return (b, { x }, attrs) => pool(b, 'MaxPool', x, geometryOf(x, attrs))
}

/** Adds each error to the element that was the greatest of its window. */
function maxPoolGradient(geometryOf: GeometryOf): Lowering {
  return (b, { dy, input }, attrs) => {
    const image = channelsFirst(b, input)
    const error = channelsFirst(b, dy)
    const geometry = geometryOf(input, attrs)
    if (b.isPortable || isWide(geometry)) return channelsLast(b, scatterByTaps(b, image, error, geometry))
    const [, indices] = b.addAll('MaxPool', [image], attributesOf(geometry))
    const flat = [sizeOf(error.shape)]
    const zeros = b.fill(0, [sizeOf(image.shape)])
    const sums = b.add('ScatterElements', [zeros, b.reshape(indices, flat), b.reshape(error, flat)], {
      axis: 0,
      reduction: 'add',
    })
    return channelsLast(b, b.reshape(sums, image.shape))
  }
}

/** The same without positions, which WebGPU's MaxPool does not give: a comparison for each tap of the window. */
function scatterByTaps(b: GraphBuilder, image: Value, error: Value, g: PoolGeometry): Value {
  const window = windowOf(g)
  const parts = choicesOf(b, image, g).map((chosen, i) =>
    placeBack(b, b.add('Mul', [error, b.cast(chosen, 'float32')]), window, tapsOf(g.kernel)[i]),
  )
  return parts.reduce((sum, part) => b.add('Add', [sum, part]))
}

/** For each tap of the window, where it is the first that is the greatest: bool [N, C, ...space']. */
function choicesOf(b: GraphBuilder, image: Value, g: PoolGeometry): Value[] {
  const window = windowOf(g)
  const whole = padded(b, image, window, lowest)
  const seen = tapsOf(g.kernel).map((tap) => shifted(b, whole, window, tap))
  return firstGreatest(b, seen, poolImage(b, 'MaxPool', image, g))
}

function windowOf(g: PoolGeometry): WindowGeometry {
  const geometry = { ...g, dilations: g.kernel.map(() => 1), pads: [...g.before, ...g.after] }
  return { ...geometry, pads: fitPads(geometry) }
}

/** Positions in an image [N, C, H, W], counted as ONNX counts them, of what MaxPool chose: the sum over the taps of where each was chosen. */
function positionsByTaps(b: GraphBuilder, image: Value, g: PoolGeometry): Value {
  const window = windowOf(g)
  const counted = b.constant(
    Array.from({ length: sizeOf(image.shape) }, (_, i) => i),
    image.shape,
    'int32',
  )
  const whole = padded(b, counted, window, 0)
  const parts = choicesOf(b, image, g).map((chosen, i) =>
    b.add('Mul', [b.cast(chosen, 'int32'), shifted(b, whole, window, tapsOf(g.kernel)[i])]),
  )
  return b.cast(
    parts.reduce((sum, part) => b.add('Add', [sum, part])),
    'int64',
  )
}

function averagePool(geometryOf: GeometryOf): Lowering {
  return (b, { x }, attrs) => pool(b, 'AveragePool', x, geometryOf(x, attrs))
}

function pool(b: GraphBuilder, op: 'MaxPool' | 'AveragePool', x: Value, g: PoolGeometry): Value {
  if (g.outSize.some((length) => length <= 0))
    return b.fill(
      0,
      [x.shape[0], ...g.outSize.map((length) => Math.max(0, length)), x.shape[x.shape.length - 1]],
      x.dtype,
    )
  // tfjs passes these on whatever their stride and padding.
  if (g.kernel.every((size) => size === 1) && sameShape(g.inSize, g.outSize)) return x
  return channelsLast(b, poolImage(b, op, channelsFirst(b, x), g))
}

function poolImage(b: GraphBuilder, op: 'MaxPool' | 'AveragePool', image: Value, g: PoolGeometry): Value {
  return isWide(g) ? poolByTaps(b, op, image, g) : b.add(op, [image], attributesOf(g))
}

/** The same from what each tap of the window sees. */
function poolByTaps(b: GraphBuilder, op: 'MaxPool' | 'AveragePool', image: Value, g: PoolGeometry): Value {
  const window = windowOf(g)
  const whole = padded(b, image, window, op === 'MaxPool' ? lowest : 0)
  const seen = tapsOf(g.kernel).map((tap) => shifted(b, whole, window, tap))
  if (op === 'MaxPool') return seen.reduce((most, next) => b.add('Max', [most, next]))
  return b.add('Div', [
    seen.reduce((sum, next) => b.add('Add', [sum, next])),
    b.constant(countsOf(g), [1, 1, ...g.outSize], 'float32'),
  ])
}

/** Whether some windows see nothing but padding, which ONNX does not allow. */
function isWide(g: PoolGeometry): boolean {
  return windowOf(g).pads.some((pad, i) => pad >= g.kernel[i % g.kernel.length])
}

/** Each error is shared by the elements of its window: a transposed convolution of each channel with ones. */
function averagePoolGradient(geometryOf: GeometryOf): Lowering {
  return (b, { dy, input }, attrs) => {
    const g = geometryOf(input, attrs)
    const error = channelsFirst(b, dy)
    const [n, c] = error.shape
    const shares = b.constant(
      countsOf(g).map((count) => 1 / count),
      [1, 1, ...g.outSize],
      'float32',
    )
    const shared = b.add('Mul', [b.reshape(error, [n * c, 1, ...g.outSize]), shares])
    const spread = convolveBackpropInput(b, shared, b.fill(1, [...g.kernel, 1, 1]), {
      ...windowOf(g),
      ...{ kernel: g.kernel, batch: n * c, groups: 1, inChannels: 1, outChannels: 1 },
    })
    return channelsLast(b, b.reshape(spread, [n, c, ...g.inSize]))
  }
}

/** ONNX counts [N, C, H, W], tfjs [H, W, C], with the batch before it or not. */
function lastIndices(
  b: GraphBuilder,
  indices: Value,
  [, height, width, channels]: readonly number[],
  withBatch: boolean,
): Value {
  const pixel = b.withScalar('Mod', indices, height * width)
  const channel = b.constant(
    Array.from({ length: channels }, (_, i) => i),
    [1, channels, 1, 1],
    'int64',
  )
  const position = b.add('Add', [b.withScalar('Mul', pixel, channels), channel])
  if (!withBatch) return position
  const image = height * width * channels
  return b.add('Add', [position, b.withScalar('Mul', b.withScalar('Div', indices, image), image)])
}

function imageGeometry(x: Value, attrs: object): PoolGeometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as PoolAttrs
  const shape = x.shape as [number, number, number, number]
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
  const { top, left, bottom, right } = info.padInfo
  return {
    inSize: [info.inHeight, info.inWidth],
    outSize: [info.outHeight, info.outWidth],
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    before: [top, left],
    after: [bottom, right],
  }
}

function volumeGeometry(x: Value, attrs: object): PoolGeometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as tf.MaxPool3DAttrs
  const shape = x.shape as [number, number, number, number, number]
  const info = tf.backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
  const { front, top, left, back, bottom, right } = info.padInfo
  return {
    inSize: [info.inDepth, info.inHeight, info.inWidth],
    outSize: [info.outDepth, info.outHeight, info.outWidth],
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    // As in convolution3dGeometry: no negative padding.
    before: [front, top, left].map((pad) => Math.max(0, pad)),
    after: [back, bottom, right].map((pad) => Math.max(0, pad)),
  }
}

function attributesOf(g: PoolGeometry): Record<string, Attribute> {
  return { kernel_shape: g.kernel, strides: g.strides, pads: windowOf(g).pads }
}

/** How many real elements each window has, at least 1, the last axis fastest: the average leaves the padding out. */
function countsOf({ inSize, outSize, kernel, strides, before }: PoolGeometry): number[] {
  const along = inSize.map((size, axis) =>
    Array.from({ length: outSize[axis] }, (_, i) => {
      const start = i * strides[axis] - before[axis]
      return Math.max(0, Math.min(start + kernel[axis], size) - Math.max(start, 0))
    }),
  )
  const counts = along.reduce((all, lengths) => all.flatMap((count) => lengths.map((length) => count * length)), [1])
  return counts.map((count) => Math.max(1, count))
}
