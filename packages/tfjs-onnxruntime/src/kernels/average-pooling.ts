/** Average pooling and its gradient, of images and volumes. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { convolveBackpropInput } from './convolution-lowering.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { Lowering } from './lowering.ts'
import {
  attributesOf,
  type GeometryOf,
  needsTaps,
  type PoolGeometry,
  poolImages,
  seenByTaps,
  windowOf,
} from './pooling-windows.ts'

export function averagePool(geometryOf: GeometryOf): Lowering {
  return (b, { x }, attrs) => {
    const g = geometryOf(x, attrs)
    return poolImages(b, x, g, (image) =>
      needsTaps(g) ? averageOfTaps(b, image, g) : b.add('AveragePool', [image], attributesOf(g)),
    )
  }
}

function averageOfTaps(b: GraphBuilder, image: Value, g: PoolGeometry): Value {
  const sum = seenByTaps(b, image, g, 0).reduce((sum, next) => b.add('Add', [sum, next]))
  return b.add('Div', [sum, b.constant(countsOf(g), [1, 1, ...g.outSize], 'float32')])
}

/** Each output gradient is distributed over its window: a transposed convolution of each channel with ones. */
export function averagePoolGradient(geometryOf: GeometryOf): Lowering {
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
      kernel: g.kernel,
      batch: n * c,
      groups: 1,
      inChannels: 1,
      outChannels: 1,
    })
    return channelsLast(b, b.reshape(spread, [n, c, ...g.inSize]))
  }
}

/** Number of unpadded elements in each window, at least 1, last axis fastest: the average excludes padding. */
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
