/** What max and average pooling share: the geometry of their windows, and the trivial cases. */
import * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import { type Attribute, sameShape, type Value } from '../graph/graph.ts'
import { fitPads } from './convolution-geometry.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import { padded, shifted, tapsOf, type WindowGeometry } from './windows.ts'

interface PoolAttrs {
  readonly filterSize: [number, number] | number
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export interface PoolGeometry {
  /** (depth,) height, width */
  readonly inSize: readonly number[]
  readonly outSize: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export type GeometryOf = (x: Value, attrs: object) => PoolGeometry

export function imageGeometry(x: Value, attrs: object): PoolGeometry {
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

export function volumeGeometry(x: Value, attrs: object): PoolGeometry {
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

/** Pools x [N, ...space, C] by a function of [N, C, ...space]. */
export function poolImages(b: GraphBuilder, x: Value, g: PoolGeometry, pool: (image: Value) => Value): Value {
  if (g.outSize.some((length) => length <= 0))
    return b.fill(
      0,
      [x.shape[0], ...g.outSize.map((length) => Math.max(0, length)), x.shape[x.shape.length - 1]],
      x.dtype,
    )
  // tfjs returns these unchanged, whatever their stride and padding.
  if (g.kernel.every((size) => size === 1) && sameShape(g.inSize, g.outSize)) return x
  return channelsLast(b, b.cast(pool(channelsFirst(b, b.cast(x, 'float32'))), x.dtype))
}

export function windowOf(g: PoolGeometry): WindowGeometry {
  const geometry = { ...g, dilations: g.kernel.map(() => 1), pads: [...g.before, ...g.after] }
  return { ...geometry, pads: fitPads(geometry) }
}

/** ONNX's attributes of MaxPool and AveragePool. */
export function attributesOf(g: PoolGeometry): Record<string, Attribute> {
  return { kernel_shape: g.kernel, strides: g.strides, pads: windowOf(g).pads }
}

/** Whether some windows contain only padding, or none reaches the end: ONNX's operators allow neither. */
export function needsTaps(g: PoolGeometry): boolean {
  return windowOf(g).pads.some((pad, i) => pad < 0 || pad >= g.kernel[i % g.kernel.length])
}

/** The pixels under each tap of the window, of an image padded with a constant: each [N, C, ...space']. */
export function seenByTaps(b: GraphBuilder, image: Value, g: PoolGeometry, padding: number): Value[] {
  const window = windowOf(g)
  const whole = padded(b, image, window, padding)
  return tapsOf(g.kernel).map((tap) => shifted(b, whole, window, tap))
}
