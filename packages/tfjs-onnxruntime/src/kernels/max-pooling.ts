/** Max pooling, its gradient and its positions, of images and volumes. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { sizeOf, type Value } from '../graph/graph.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { Lowering } from './lowering.ts'
import {
  attributesOf,
  type GeometryOf,
  imageGeometry,
  needsTaps,
  type PoolGeometry,
  poolImages,
  seenByTaps,
  windowOf,
} from './pooling-windows.ts'
import { firstGreatest, lowest, placeBack, tapsOf } from './windows.ts'

export function maxPool(geometryOf: GeometryOf): Lowering {
  return (b, { x }, attrs) => {
    const g = geometryOf(x, attrs)
    return poolImages(b, x, g, (image) => maximaOf(b, image, g))
  }
}

function maximaOf(b: GraphBuilder, image: Value, g: PoolGeometry): Value {
  if (!needsTaps(g)) return b.add('MaxPool', [image], attributesOf(g))
  return seenByTaps(b, image, g, lowest).reduce((most, next) => b.add('Max', [most, next]))
}

/** Adds each output gradient to the maximum of its window. */
export function maxPoolGradient(geometryOf: GeometryOf): Lowering {
  return (b, { dy, input }, attrs) => {
    const image = channelsFirst(b, input)
    const error = channelsFirst(b, dy)
    const geometry = geometryOf(input, attrs)
    if (b.isPortable || needsTaps(geometry)) return channelsLast(b, scatterByTaps(b, image, error, geometry))
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

/** The same without indices, which WebGPU's MaxPool does not return: one comparison per tap of the window. */
function scatterByTaps(b: GraphBuilder, image: Value, error: Value, g: PoolGeometry): Value {
  const window = windowOf(g)
  const parts = choicesOf(b, image, g).map((chosen, i) =>
    placeBack(b, b.add('Mul', [error, b.cast(chosen, 'float32')]), window, tapsOf(g.kernel)[i]),
  )
  return parts.reduce((sum, part) => b.add('Add', [sum, part]))
}

/** For each tap of the window, where it is the first maximum: bool [N, C, ...space']. */
function choicesOf(b: GraphBuilder, image: Value, g: PoolGeometry): Value[] {
  return firstGreatest(b, seenByTaps(b, image, g, lowest), maximaOf(b, image, g))
}

export const maxPoolWithArgmax: Lowering = (b, { x }, attrs) => {
  tf.util.assert(
    x.shape.length === 4,
    () => `Expected rank 4 for x of maxPoolWithArgmax but received rank ${x.shape.length}.`,
  )
  const image = channelsFirst(b, x)
  const geometry = imageGeometry(x, attrs)
  const isPlain = !b.isPortable && !needsTaps(geometry)
  const indices = isPlain
    ? b.addAll('MaxPool', [image], attributesOf(geometry))[1]
    : positionsByTaps(b, image, geometry)
  const { includeBatchInIndex } = attrs as tf.MaxPoolWithArgmaxAttrs
  return [
    channelsLast(b, maximaOf(b, image, geometry)),
    channelsLast(b, b.cast(lastIndices(b, indices, x.shape, includeBatchInIndex), 'int32')),
  ]
}

/** Indices of the maxima in an image [N, C, H, W], in ONNX's numbering: summed over the taps, each where it was the maximum. */
function positionsByTaps(b: GraphBuilder, image: Value, g: PoolGeometry): Value {
  const counted = b.positions(image.shape, 'int32')
  const positions = seenByTaps(b, counted, g, 0)
  const parts = choicesOf(b, image, g).map((chosen, i) => b.add('Mul', [b.cast(chosen, 'int32'), positions[i]]))
  return b.cast(
    parts.reduce((sum, part) => b.add('Add', [sum, part])),
    'int64',
  )
}

/** ONNX numbers elements as [N, C, H, W], tfjs as [H, W, C], optionally with the batch first. */
function lastIndices(
  b: GraphBuilder,
  indices: Value,
  [, height, width, channels]: readonly number[],
  withBatch: boolean,
): Value {
  const pixel = b.withScalar('Mod', indices, height * width)
  const channel = b.positions([1, channels, 1, 1], 'int64')
  const position = b.add('Add', [b.withScalar('Mul', pixel, channels), channel])
  if (!withBatch) return position
  const image = height * width * channels
  return b.add('Add', [position, b.withScalar('Mul', b.withScalar('Div', indices, image), image)])
}
