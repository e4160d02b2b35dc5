/** Sizes of a 2-D convolution. Filters are HWIO as in tfjs, with I the input channels of one group. */
import * as tf from '@tensorflow/tfjs-core'

export interface ConvolutionGeometry {
  readonly batch: number
  readonly groups: number
  readonly inChannels: number
  readonly outChannels: number
  /** Height and width. */
  readonly inSize: readonly [number, number]
  readonly outSize: readonly [number, number]
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number]
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
  const whole: [number, number, number, number] = [kh, kw, perGroup * groups, outChannels]
  const info = tf.backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    whole,
    attrs.strides as [number, number],
    (attrs.dilations ?? 1) as [number, number],
    attrs.pad,
    attrs.dimRoundingMode,
  )
  const { top, left, bottom, right } = info.padInfo
  return {
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
}

/** Whether the convolution is one product of matrices: 1x1, no padding. */
export function isPointwise({ kernel, pads, groups }: ConvolutionGeometry): boolean {
  return groups === 1 && kernel[0] === 1 && kernel[1] === 1 && pads.every((pad) => pad === 0)
}
