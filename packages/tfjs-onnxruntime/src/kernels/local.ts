/** Neighborhood kernels other than convolutions: local response normalization, morphological dilation, running products. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { LoweringTable } from './lowering.ts'
import { reverse } from './shape.ts'
import { numeric } from './whole-numbers.ts'
import { firstGreatest, lowest, padded, placeBack, shifted, tapsOf, type WindowGeometry } from './windows.ts'

export const localKernels: LoweringTable = {
  LRN(b, { x }, { depthRadius, bias, alpha, beta }: tf.LRNAttrs) {
    const size = 2 * depthRadius + 1
    const attributes = { size, alpha: { float: alpha * size }, beta: { float: beta }, bias: { float: bias } }
    return channelsLast(b, b.add('LRN', [channelsFirst(b, x)], attributes))
  },
  LRNGrad(b, { x, y, dy }, { depthRadius, bias, alpha, beta }: tf.LRNGradAttrs) {
    const norm = b.withScalar('Add', b.withScalar('Mul', channelSum(b, b.add('Mul', [x, x]), depthRadius), alpha), bias)
    const direct = b.add('Mul', [dy, b.withScalar('Pow', norm, -beta)])
    const shared = channelSum(b, b.add('Div', [b.add('Mul', [dy, y]), norm]), depthRadius)
    return b.add('Sub', [direct, b.add('Mul', [b.withScalar('Mul', x, 2 * alpha * beta), shared])])
  },
  Dilation2D(b, { x, filter }, attrs: tf.Dilation2DAttrs) {
    return channelsLast(b, dilate(b, x, filter, attrs).greatest)
  },
  Dilation2DBackpropInput(b, { x, filter, dy }, attrs: object) {
    const { g, taps, chosen } = dilate(b, x, filter, attrs as tf.Dilation2DAttrs)
    const errors = channelsFirst(b, dy)
    const parts = taps.map((tap, i) => placeBack(b, b.add('Mul', [errors, b.cast(chosen[i], 'float32')]), g, tap))
    return channelsLast(
      b,
      parts.reduce((sum, part) => b.add('Add', [sum, part])),
    )
  },
  Dilation2DBackpropFilter(b, { x, filter, dy }, attrs: object) {
    const { chosen } = dilate(b, x, filter, attrs as tf.Dilation2DAttrs)
    const errors = channelsFirst(b, dy)
    const channels = filter.shape[2]
    const sums = chosen.map((mask) =>
      b.reshape(b.reduce('ReduceSum', b.add('Mul', [errors, b.cast(mask, 'float32')]), [0, 2, 3]), [1, channels]),
    )
    return b.reshape(sums.length === 1 ? sums[0] : b.add('Concat', sums, { axis: 0 }), filter.shape)
  },
  Cumprod(b, { x }, { axis, exclusive, reverse: backward }: tf.CumprodAttrs) {
    const at = tf.util.parseAxisParam(axis, [...x.shape])[0]
    const factors = numeric(b, x)
    const forward = backward ? reverse(b, factors, [at]) : factors
    const shiftedIn = exclusive ? delay(b, forward, at, 1) : forward
    // Each round doubles the length of the products (Hillis and Steele, "Data Parallel Algorithms", 1986).
    let product = shiftedIn
    for (let step = 1; step < x.shape[at]; step *= 2) product = b.add('Mul', [product, delay(b, product, at, step)])
    return backward ? reverse(b, product, [at]) : product
  },
}

/** The sum over the channels at most `radius` away, on channels-last values. */
function channelSum(b: GraphBuilder, x: Value, radius: number): Value {
  const axis = x.shape.length - 1
  const none = x.shape.map(() => 0)
  const around = none.with(axis, radius)
  const padded = b.pad(x, around, around)
  const parts = Array.from({ length: 2 * radius + 1 }, (_, i) => b.slice(padded, [axis], [i], [i + x.shape[axis]]))
  return parts.reduce((sum, part) => b.add('Add', [sum, part]))
}

/** The tensor shifted along an axis, with ones shifted in. */
function delay(b: GraphBuilder, x: Value, axis: number, steps: number): Value {
  const none = x.shape.map(() => 0)
  return b.pad(b.slice(x, [axis], [0], [x.shape[axis] - steps]), none.with(axis, steps), none, 1)
}

interface Dilation {
  readonly g: WindowGeometry
  readonly taps: readonly number[][]
  readonly greatest: Value
  /** For each tap, where it is the first with the greatest sum. */
  readonly chosen: readonly Value[]
}

/** The greatest sum of image and filter over each window. x [N, H, W, C], filter [kh, kw, C]; results are channels-first. */
function dilate(b: GraphBuilder, x: Value, filter: Value, { strides, pad, dilations }: tf.Dilation2DAttrs): Dilation {
  const shape = x.shape as [number, number, number, number]
  const info = tf.backend_util.computeDilation2DInfo(
    shape,
    filter.shape as [number, number, number],
    strides,
    pad as 'same',
    'NHWC',
    dilations,
  )
  const { top, left, bottom, right } = info.padInfo
  const g: WindowGeometry = {
    inSize: [info.inHeight, info.inWidth],
    outSize: [info.outHeight, info.outWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  }
  const whole = padded(b, channelsFirst(b, x), g, lowest)
  const taps = tapsOf(filter.shape.slice(0, 2))
  const sums = taps.map((tap) => {
    const image = shifted(b, whole, g, tap)
    const weight = b.slice(
      filter,
      [0, 1],
      tap,
      tap.map((position) => position + 1),
    )
    return b.add('Add', [image, b.reshape(weight, [1, filter.shape[2], 1, 1])])
  })
  const greatest = sums.reduce((most, sum) => b.add('Max', [most, sum]))
  const chosen = firstGreatest(b, sums, greatest)
  return { g, taps, greatest, chosen }
}
