/** Convolution and its gradient for the input, on channels-first values with filters in tfjs's layout, in any number of dimensions. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Attribute, Value } from '../graph/graph.ts'
import { type ConvolutionGeometry, isPointwise } from './convolution-geometry.ts'
import { reverse } from './shape.ts'
import { cutByPads, spreadApart } from './windows.ts'

/** x [N, C, ...space], filter [...kernel, C / groups, O] to [N, O, ...space']. */
export function convolve(b: GraphBuilder, x: Value, filter: Value, g: ConvolutionGeometry): Value {
  const { image, pads } = cutByPads(b, x, g.pads)
  return b.add('Conv', [image, outputFirst(b, filter)], {
    kernel_shape: g.kernel,
    strides: g.strides,
    pads,
    dilations: g.dilations,
    group: g.groups,
  })
}

/** dy [N, O, ...space'] to the gradient of x [N, C, ...space]. */
export function convolveBackpropInput(b: GraphBuilder, dy: Value, filter: Value, g: ConvolutionGeometry): Value {
  if (isPointwise(g)) return pointwiseBackpropInput(b, dy, filter, g)
  const pads = mirroredPads(g)
  const isUnit = g.strides.every((stride) => stride === 1)
  if (isUnit && pads.every((pad) => pad >= 0)) return unitStrideBackpropInput(b, dy, filter, g, pads)
  const rank = g.kernel.length
  // WebGPU's ConvTranspose supports neither volumes nor groups with strides.
  if (b.isPortable && (rank > 2 || g.groups > 1)) return spreadBackpropInput(b, dy, filter, g)
  const cut = g.pads.map((pad) => Math.max(pad, 0))
  const missing = g.inSize.map((length, i) => {
    const reached = (g.outSize[i] - 1) * g.strides[i] + (g.kernel[i] - 1) * g.dilations[i] + 1
    return length - (reached - cut[i] - cut[i + rank])
  })
  // Rows and columns that no window reached, beyond the limit of output_padding, are padded with zeros afterward.
  const inside = missing.map((length, i) => Math.min(length, g.strides[i] - 1))
  const dx = b.add('ConvTranspose', [dy, outputFirst(b, filter)], {
    kernel_shape: g.kernel,
    strides: g.strides,
    pads: cut,
    dilations: g.dilations,
    group: g.groups,
    output_padding: inside,
  })
  return padSpace(
    b,
    dx,
    missing.map((length, i) => length - inside[i]),
  )
}

/** [...kernel, C, O] to [O, C, ...kernel]. */
function outputFirst(b: GraphBuilder, filter: Value): Value {
  const rank = filter.shape.length - 2
  return b.transpose(filter, [rank + 1, rank, ...Array(rank).keys()])
}

function pointwiseBackpropInput(b: GraphBuilder, dy: Value, filter: Value, g: ConvolutionGeometry): Value {
  const ones = g.kernel.map(() => 1)
  const dx = b.add('Conv', [dy, b.reshape(filter, [g.inChannels, g.outChannels, ...ones])], { kernel_shape: g.kernel })
  if (g.strides.every((stride) => stride === 1)) return dx
  // Between the pixels selected by the stride, the gradient is zero.
  const whole = spreadApart(b, dx, g.strides)
  const axes = g.kernel.map((_, i) => i + 2)
  const ends = axes.map((axis, i) => Math.min(whole.shape[axis], g.inSize[i]))
  const cut = b.slice(
    whole,
    axes,
    axes.map(() => 0),
    ends,
  )
  return padSpace(
    b,
    cut,
    g.inSize.map((length, i) => length - cut.shape[i + 2]),
  )
}

/** With stride 1, the gradient is a convolution with the flipped filter, its channels swapped within the groups. */
function unitStrideBackpropInput(
  b: GraphBuilder,
  dy: Value,
  filter: Value,
  g: ConvolutionGeometry,
  pads: readonly number[],
): Value {
  const rank = g.kernel.length
  const perGroupOut = g.outChannels / g.groups
  const turned = reverse(b, filter, [...g.kernel.keys()])
  const split = b.reshape(turned, [...g.kernel, g.inChannels / g.groups, g.groups, perGroupOut])
  const order = [rank + 1, rank, rank + 2, ...Array(rank).keys()]
  const swapped = b.reshape(b.transpose(split, order), [g.inChannels, perGroupOut, ...g.kernel])
  const attributes: Record<string, Attribute> = {
    kernel_shape: g.kernel,
    pads,
    dilations: g.dilations,
    group: g.groups,
  }
  return b.add('Conv', [dy, swapped], attributes)
}

/** With zeros inserted between the output gradients, the stride becomes 1. */
function spreadBackpropInput(b: GraphBuilder, dy: Value, filter: Value, g: ConvolutionGeometry): Value {
  const rank = g.kernel.length
  const spread = spreadApart(b, dy, g.strides)
  const unit = { ...g, strides: g.strides.map(() => 1), outSize: spread.shape.slice(2) }
  const pads = mirroredPads(unit)
  const framed = b.pad(spread, [0, 0, ...pads.slice(0, rank)], [0, 0, ...pads.slice(rank)])
  return unitStrideBackpropInput(
    b,
    framed,
    filter,
    unit,
    pads.map(() => 0),
  )
}

/** Padding with which the flipped convolution has the size of the input. */
function mirroredPads({ kernel, dilations, pads, inSize, outSize }: ConvolutionGeometry): number[] {
  const reach = kernel.map((length, i) => (length - 1) * dilations[i])
  const before = reach.map((length, i) => length - pads[i])
  const after = reach.map((length, i) => inSize[i] - outSize[i] + length - before[i])
  return [...before, ...after]
}

function padSpace(b: GraphBuilder, x: Value, after: readonly number[]): Value {
  return b.pad(
    x,
    x.shape.map(() => 0),
    [0, 0, ...after],
  )
}
