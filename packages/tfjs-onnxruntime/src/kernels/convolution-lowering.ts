/** Convolution, and its gradients for input and filter, on channels-first values with filters in tfjs's HWIO. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Attribute, Value } from '../graph/graph.ts'
import { type ConvolutionGeometry, isPointwise } from './convolution-geometry.ts'
import { reverse } from './shape.ts'

/** x [N, C, H, W], filter [kh, kw, C / groups, O] to [N, O, H', W']. */
export function convolve(b: GraphBuilder, x: Value, filter: Value, g: ConvolutionGeometry): Value {
  return b.add('Conv', [x, b.transpose(filter, [3, 2, 0, 1])], {
    kernel_shape: g.kernel,
    strides: g.strides,
    pads: g.pads,
    dilations: g.dilations,
    group: g.groups,
  })
}

/** dy [N, O, H', W'] to the gradient of x [N, C, H, W]. */
export function convolveBackpropInput(b: GraphBuilder, dy: Value, filter: Value, g: ConvolutionGeometry): Value {
  const unit = g.strides[0] === 1 && g.strides[1] === 1
  if (isPointwise(g)) return pointwiseBackpropInput(b, dy, filter, g)
  const pads = mirroredPads(g)
  if (unit && pads.every((pad) => pad >= 0)) return unitStrideBackpropInput(b, dy, filter, g, pads)
  const [height, width] = [0, 1].map(
    (i) =>
      g.inSize[i] -
      ((g.outSize[i] - 1) * g.strides[i] + (g.kernel[i] - 1) * g.dilations[i] + 1 - g.pads[i] - g.pads[i + 2]),
  )
  // Rows and columns that no window reached, past what output_padding may hold, are padded with zeros afterwards.
  const inside = [Math.min(height, g.strides[0] - 1), Math.min(width, g.strides[1] - 1)]
  const dx = b.add('ConvTranspose', [dy, b.transpose(filter, [3, 2, 0, 1])], {
    kernel_shape: g.kernel,
    strides: g.strides,
    pads: g.pads,
    dilations: g.dilations,
    group: g.groups,
    output_padding: inside,
  })
  return b.pad(dx, [0, 0, 0, 0], [0, 0, height - inside[0], width - inside[1]])
}

/** x and dy to the gradient of the filter, in HWIO. */
export function convolveBackpropFilter(b: GraphBuilder, x: Value, dy: Value, g: ConvolutionGeometry): Value {
  const pixels = g.outSize[0] * g.outSize[1]
  const perGroupIn = g.inChannels / g.groups
  const perGroupOut = g.outChannels / g.groups
  const [kh, kw] = g.kernel
  const columns = isPointwise(g) ? b.reshape(strided(b, x, g), [g.batch, 1, perGroupIn, pixels]) : patches(b, x, g)
  const errors = b.reshape(dy, [g.batch, g.groups, perGroupOut, pixels])
  const products = b.add('MatMul', [columns, b.transpose(errors, [0, 1, 3, 2])]) // [N, G, kh kw I/G, O/G]
  const summed = g.batch === 1 ? products : b.reduce('ReduceSum', products, [0], true)
  const split = b.reshape(summed, [g.groups, kh, kw, perGroupIn, perGroupOut])
  return b.reshape(b.transpose(split, [1, 2, 3, 0, 4]), [kh, kw, perGroupIn, g.outChannels])
}

function pointwiseBackpropInput(b: GraphBuilder, dy: Value, filter: Value, g: ConvolutionGeometry): Value {
  const dx = b.add('Conv', [dy, b.reshape(filter, [g.inChannels, g.outChannels, 1, 1])], { kernel_shape: g.kernel })
  const [sh, sw] = g.strides
  if (sh === 1 && sw === 1) return dx
  // Between the pixels that the stride chose the gradient is zero.
  const [oh, ow] = g.outSize
  const spread = b.pad(
    b.reshape(dx, [g.batch, g.inChannels, oh, 1, ow, 1]),
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, sh - 1, 0, sw - 1],
  )
  const whole = b.reshape(spread, [g.batch, g.inChannels, oh * sh, ow * sw])
  const cut = b.slice(whole, [2, 3], [0, 0], [Math.min(oh * sh, g.inSize[0]), Math.min(ow * sw, g.inSize[1])])
  return b.pad(cut, [0, 0, 0, 0], [0, 0, g.inSize[0] - cut.shape[2], g.inSize[1] - cut.shape[3]])
}

/** With stride 1 the gradient is a convolution with the filter turned around and its channels swapped within the groups. */
function unitStrideBackpropInput(
  b: GraphBuilder,
  dy: Value,
  filter: Value,
  g: ConvolutionGeometry,
  pads: readonly number[],
): Value {
  const [kh, kw] = g.kernel
  const perGroupOut = g.outChannels / g.groups
  const split = b.reshape(filter, [kh, kw, g.inChannels / g.groups, g.groups, perGroupOut])
  const swapped = b.reshape(b.transpose(split, [3, 2, 4, 0, 1]), [g.inChannels, perGroupOut, kh, kw])
  const attributes: Record<string, Attribute> = {
    kernel_shape: g.kernel,
    pads,
    dilations: g.dilations,
    group: g.groups,
  }
  return b.add('Conv', [dy, reverse(b, swapped, [2, 3])], attributes)
}

/** Padding that makes the turned convolution give back the size of the input. */
function mirroredPads({ kernel, dilations, pads, inSize, outSize }: ConvolutionGeometry): number[] {
  const reach = kernel.map((length, i) => (length - 1) * dilations[i])
  const before = [reach[0] - pads[0], reach[1] - pads[1]]
  const after = [0, 1].map((i) => inSize[i] - outSize[i] + reach[i] - before[i])
  return [...before, ...after]
}

/** The pixels that a strided 1x1 window sees. */
function strided(b: GraphBuilder, x: Value, g: ConvolutionGeometry): Value {
  return window(b, x, g, 0, 0)
}

/** The shifted images under each position of the window: [N, G, kh kw I/G, H' W']. */
function patches(b: GraphBuilder, x: Value, g: ConvolutionGeometry): Value {
  const [top, left, bottom, right] = g.pads
  const padded = b.pad(x, [0, 0, top, left], [0, 0, bottom, right])
  const [kh, kw] = g.kernel
  const shape = [g.batch, g.groups, g.inChannels / g.groups, g.outSize[0] * g.outSize[1]]
  const shifted = Array.from({ length: kh * kw }, (_, i) =>
    b.reshape(window(b, padded, g, Math.floor(i / kw) * g.dilations[0], (i % kw) * g.dilations[1]), shape),
  )
  return shifted.length === 1 ? shifted[0] : b.add('Concat', shifted, { axis: 2 })
}

function window(b: GraphBuilder, x: Value, g: ConvolutionGeometry, top: number, left: number): Value {
  const ends = [top + (g.outSize[0] - 1) * g.strides[0] + 1, left + (g.outSize[1] - 1) * g.strides[1] + 1]
  return b.slice(x, [2, 3], [top, left], ends, g.strides)
}
