/** Convolutions of images: plain, grouped, depthwise, fused with bias and activation, and their gradients. */
import type * as tf from '@tensorflow/tfjs-core'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { activate } from './activation.ts'
import { convolveBackpropFilter } from './convolution-filter-gradient.ts'
import { type ConvolutionAttrs, type ConvolutionGeometry, convolutionGeometry } from './convolution-geometry.ts'
import { convolve, convolveBackpropInput } from './convolution-lowering.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { LoweringTable } from './lowering.ts'

interface GroupedAttrs extends ConvolutionAttrs {
  readonly groups: number
  readonly filterShape?: readonly number[]
  readonly inputShape?: readonly number[]
}

export const convolutionKernels: LoweringTable = {
  Conv2D: (b, { x, filter }, attrs: tf.Conv2DAttrs) => forward(b, x, filter, attrs, 1),
  Conv2DBackpropInput: (b, { dy, filter }, attrs: tf.Conv2DBackpropInputAttrs) =>
    inputGradient(b, dy, filter, attrs.inputShape, attrs, 1),
  Conv2DBackpropFilter: (b, { x, dy }, attrs: tf.Conv2DBackpropFilterAttrs) =>
    filterGradient(b, x, dy, attrs.filterShape, attrs, 1),
  GroupedConv2D: (b, { x, filter }, attrs: GroupedAttrs) => forward(b, x, filter, attrs, attrs.groups),
  GroupedConv2DBackpropInput: (b, { dy, filter }, attrs: GroupedAttrs) =>
    inputGradient(b, dy, filter, attrs.inputShape!, attrs, attrs.groups),
  GroupedConv2DBackpropFilter: (b, { x, dy }, attrs: GroupedAttrs) =>
    filterGradient(b, x, dy, attrs.filterShape!, attrs, attrs.groups),
  DepthwiseConv2dNative: (b, { x, filter }, attrs: tf.DepthwiseConv2dNativeAttrs) =>
    forward(b, x, asGrouped(b, filter), attrs, filter.shape[2]),
  DepthwiseConv2dNativeBackpropInput: (b, { dy, filter }, attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs) =>
    inputGradient(b, dy, asGrouped(b, filter), attrs.inputShape, attrs, filter.shape[2]),
  DepthwiseConv2dNativeBackpropFilter(b, { x, dy }, attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs) {
    const [kh, kw, channels, multiplier] = attrs.filterShape
    return b.reshape(filterGradient(b, x, dy, [kh, kw, 1, channels * multiplier], attrs, channels), attrs.filterShape)
  },
  FusedConv2D: (b, { x, filter, bias, preluActivationWeights }, attrs: tf.FusedConv2DAttrs) =>
    activated(b, forward(b, x, filter, attrs, 1), bias, preluActivationWeights, attrs),
  FusedDepthwiseConv2D: (b, { x, filter, bias, preluActivationWeights }, attrs: tf.FusedDepthwiseConv2DAttrs) =>
    activated(b, forward(b, x, asGrouped(b, filter), attrs, filter.shape[2]), bias, preluActivationWeights, attrs),
}

function forward(b: GraphBuilder, x: Value, filter: Value, attrs: ConvolutionAttrs, groups: number): Value {
  const image = toFirst(b, x, attrs)
  const g = convolutionGeometry(lastShape(image), filter.shape, lastAttrs(attrs), groups)
  return fromFirst(b, convolve(b, image, filter, g), attrs)
}

function inputGradient(
  b: GraphBuilder,
  dy: Value,
  filter: Value,
  inShape: readonly number[],
  attrs: ConvolutionAttrs,
  groups: number,
): Value {
  const g = geometryOf(inShape, filter.shape, attrs, groups)
  return fromFirst(b, convolveBackpropInput(b, toFirst(b, dy, attrs), filter, g), attrs)
}

function filterGradient(
  b: GraphBuilder,
  x: Value,
  dy: Value,
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
  groups: number,
): Value {
  const g = geometryOf(x.shape, filterShape, attrs, groups)
  return convolveBackpropFilter(b, toFirst(b, x, attrs), toFirst(b, dy, attrs), g)
}

function activated(
  b: GraphBuilder,
  y: Value,
  bias: Value | undefined,
  weights: Value | undefined,
  attrs: tf.FusedConv2DAttrs,
): Value {
  const along = (value: Value): Value =>
    isFirst(attrs) && value.shape.length === 1 ? b.reshape(value, [value.shape[0], 1, 1]) : value
  const sum = bias === undefined ? y : b.add('Add', [y, along(bias)])
  return activate(b, sum, attrs.activation, weights && along(weights), attrs.leakyreluAlpha)
}

/** tfjs's [kh, kw, C, multiplier] is a grouped filter [kh, kw, 1, C multiplier] with C groups. */
function asGrouped(b: GraphBuilder, filter: Value): Value {
  const [kh, kw, channels, multiplier] = filter.shape
  return b.reshape(filter, [kh, kw, 1, channels * multiplier])
}

function geometryOf(
  inShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
  groups: number,
): ConvolutionGeometry {
  const [n, c, h, w] = inShape
  return convolutionGeometry(isFirst(attrs) ? [n, h, w, c] : inShape, filterShape, lastAttrs(attrs), groups)
}

/** Explicit padding is given in the order of the tensor's axes. */
function lastAttrs(attrs: ConvolutionAttrs): ConvolutionAttrs {
  const { pad } = attrs
  return isFirst(attrs) && Array.isArray(pad) ? { ...attrs, pad: [pad[0], pad[2], pad[3], pad[1]] } : attrs
}

function isFirst(attrs: ConvolutionAttrs): boolean {
  return attrs.dataFormat === 'NCHW'
}

function toFirst(b: GraphBuilder, x: Value, attrs: ConvolutionAttrs): Value {
  return isFirst(attrs) ? x : channelsFirst(b, x)
}

function fromFirst(b: GraphBuilder, x: Value, attrs: ConvolutionAttrs): Value {
  return isFirst(attrs) ? x : channelsLast(b, x)
}

function lastShape(x: Value): number[] {
  const [n, c, h, w] = x.shape
  return [n, h, w, c]
}
