/** Sizes of a convolution in two or three dimensions. Filters are [...kernel, C / groups, O] as in tfjs. */
import * as tf from '@tensorflow/tfjs-core'

export interface ConvolutionGeometry {
  readonly batch: number
  readonly groups: number
  readonly inChannels: number
  readonly outChannels: number
  /** Lengths along each spatial axis: (depth,) height, width. */
  readonly inSize: readonly number[]
  readonly outSize: readonly number[]
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Padding before each spatial axis, then after each: top, left, bottom, right; a negative number crops. */
  readonly pads: readonly number[]
}

export interface ConvolutionAttrs {
  readonly strides: number | readonly [number, number]
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dilations?: number | readonly [number, number]
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Geometry of a convolution of `inShape` [N, H, W, C] with `filterShape` [kh, kw, C / groups, O]. */
export function convolutionGeometry(
  inShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
  groups = 1,
): ConvolutionGeometry {
  const [kh, kw, perGroup, outChannels] = filterShape
  const info = tf.backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    [kh, kw, perGroup * groups, outChannels],
    attrs.strides as [number, number],
    (attrs.dilations ?? 1) as [number, number],
    attrs.pad,
    attrs.dimRoundingMode,
  )
  const { top, left, bottom, right } = info.padInfo
  const geometry = {
    batch: info.batchSize,
    groups,
    inChannels: info.inChannels,
    outChannels,
    inSize: [info.inHeight, info.inWidth],
    outSize: [info.outHeight, info.outWidth],
    kernel: [kh, kw],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  }
  return { ...geometry, pads: fitPads(geometry) }
}

export interface Convolution3dAttrs {
  readonly strides: number | [number, number, number]
  readonly pad: 'valid' | 'same'
  readonly dilations?: number | [number, number, number]
}

/** Geometry of a convolution of `inShape` [N, D, H, W, C] with `filterShape` [kd, kh, kw, C, O]. */
export function convolution3dGeometry(
  inShape: readonly number[],
  filterShape: readonly number[],
  attrs: Convolution3dAttrs,
): ConvolutionGeometry {
  type Shape5 = [number, number, number, number, number]
  const info = tf.backend_util.computeConv3DInfo(
    inShape as Shape5,
    filterShape as Shape5,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
  )
  const { front, top, left, back, bottom, right } = info.padInfo
  return {
    batch: info.batchSize,
    groups: 1,
    inChannels: info.inChannels,
    outChannels: info.outChannels,
    inSize: [info.inDepth, info.inHeight, info.inWidth],
    outSize: [info.outDepth, info.outHeight, info.outWidth],
    kernel: filterShape.slice(0, 3),
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    // tfjs computes negative padding if a stride is longer than the window, in three dimensions only; TensorFlow does not.
    pads: [front, top, left, back, bottom, right].map((pad) => Math.max(0, pad)),
  }
}

/** Whether the convolution is one product of matrices: one tap, no padding, no groups. */
export function isPointwise({ kernel, pads, groups }: ConvolutionGeometry): boolean {
  return groups === 1 && kernel.every((length) => length === 1) && pads.every((pad) => pad === 0)
}

/**
 * Padding after each axis with which ONNX, which rounds down, gives the size that tfjs expects: by its rounding mode, and, if padding is
 * a single number, by the height of the window and its stride alone. Negative if no window reaches the end.
 */
export function fitPads(
  g: Pick<ConvolutionGeometry, 'inSize' | 'outSize' | 'kernel' | 'strides' | 'dilations' | 'pads'>,
): number[] {
  const rank = g.kernel.length
  const before = g.pads.slice(0, rank)
  const after = g.pads.slice(rank).map((pad, i) => {
    const reach = (g.kernel[i] - 1) * g.dilations[i] + 1
    const size = Math.floor((g.inSize[i] + before[i] + pad - reach) / g.strides[i]) + 1
    return size === g.outSize[i] ? pad : (g.outSize[i] - 1) * g.strides[i] + reach - g.inSize[i] - before[i]
  })
  return [...before, ...after]
}
