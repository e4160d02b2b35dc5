/** Convolution, and its gradients for input and filter, on channels-first values with filters as tfjs has them, in any number of dimensions. */
import type { GraphBuilder } from '../graph/builder.ts'
import { type Attribute, sizeOf, type Value } from '../graph/graph.ts'
import { type ConvolutionGeometry, isPointwise } from './convolution-geometry.ts'
import { reverse } from './shape.ts'
import { shifted, spreadApart, tapsOf } from './windows.ts'

/** x [N, C, ...space], filter [...kernel, C / groups, O] to [N, O, ...space']. */
export function convolve(b: GraphBuilder, x: Value, filter: Value, g: ConvolutionGeometry): Value {
  return b.add('Conv', [x, outputFirst(b, filter)], {
    kernel_shape: g.kernel,
    strides: g.strides,
    pads: g.pads,
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
  // WebGPU's ConvTranspose has neither volumes nor, where it has strides, groups.
  if (b.isPortable && (rank > 2 || g.groups > 1)) return spreadBackpropInput(b, dy, filter, g)
  const missing = g.inSize.map((length, i) => {
    const reached = (g.outSize[i] - 1) * g.strides[i] + (g.kernel[i] - 1) * g.dilations[i] + 1
    return length - (reached - g.pads[i] - g.pads[i + rank])
  })
  // Rows and columns that no window reached, past what output_padding may hold, are padded with zeros afterwards.
  const inside = missing.map((length, i) => Math.min(length, g.strides[i] - 1))
  const dx = b.add('ConvTranspose', [dy, outputFirst(b, filter)], {
    kernel_shape: g.kernel,
    strides: g.strides,
    pads: g.pads,
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

/** x and dy to the gradient of the filter, [...kernel, C / groups, O]. */
export function convolveBackpropFilter(b: GraphBuilder, x: Value, dy: Value, g: ConvolutionGeometry): Value {
  if (g.kernel.length === 2 && g.kernel.some((length) => length > 1) && g.strides.every((stride) => stride === 1))
    return unitStrideBackpropFilter(b, x, dy, g)
  const pixels = sizeOf(g.outSize)
  const perGroupIn = g.inChannels / g.groups
  const perGroupOut = g.outChannels / g.groups
  if (isPointwise(g)) {
    const images = shifted(
      b,
      x,
      g,
      g.kernel.map(() => 0),
    )
    return pointwiseBackpropFilter(b, images, dy, g)
  }
  const columns = patches(b, x, g)
  const errors = b.reshape(dy, [g.batch, g.groups, perGroupOut, pixels])
  const products = b.add('MatMul', [columns, b.transpose(errors, [0, 1, 3, 2])]) // [N, G, taps C/G, O/G]
  const summed = g.batch === 1 ? products : b.reduce('ReduceSum', products, [0], true)
  const split = b.reshape(summed, [g.groups, sizeOf(g.kernel) * perGroupIn, perGroupOut])
  return b.reshape(b.transpose(split, [1, 0, 2]), [...g.kernel, perGroupIn, g.outChannels])
}

/** x and dy [N, C, pixels] and [N, O, pixels] to [...ones, C, O]. */
function pointwiseBackpropFilter(b: GraphBuilder, x: Value, dy: Value, g: ConvolutionGeometry): Value {
  const pixels = sizeOf(g.outSize)
  const { batch, inChannels, outChannels } = g
  const shape = [...g.kernel, inChannels, outChannels]
  const copied = 2 * batch * (inChannels + outChannels) * pixels
  const summed = (2 * batch + 1) * inChannels * outChannels
  if (batch === 1 || copied > summed) {
    const images = b.reshape(x, [batch, inChannels, pixels])
    const errors = b.transpose(b.reshape(dy, [batch, outChannels, pixels]), [0, 2, 1])
    const products = b.add('MatMul', [images, errors])
    return b.reshape(batch === 1 ? products : b.reduce('ReduceSum', products, [0], true), shape)
  }
  // Small images of many channels: one product over all pixels of the batch moves less than a product for each image and their sum.
  const together = (image: Value, channels: number): Value =>
    b.reshape(b.transpose(b.reshape(image, [batch, channels, pixels]), [1, 0, 2]), [channels, batch * pixels])
  const product = b.add('MatMul', [together(x, inChannels), b.transpose(together(dy, outChannels), [1, 0])])
  return b.reshape(product, shape)
}

/**
 * With stride 1, the taps of one row are the image shifted sideways, and the taps of one column the errors shifted up and down: one product of
 * kw images with kh errors has all kh kw taps, where the images under each tap would be kh kw copies.
 */
function unitStrideBackpropFilter(b: GraphBuilder, x: Value, dy: Value, g: ConvolutionGeometry): Value {
  const [kh, kw] = g.kernel
  const [height] = g.inSize
  const [outHeight, width] = g.outSize
  const perGroup = [g.inChannels / g.groups, g.outChannels / g.groups]
  const pixels = height * width
  const images = Array.from({ length: kw }, (_, j) => {
    const left = g.pads[1] - j * g.dilations[1]
    return b.reshape(padAxis(b, x, 3, left, width - g.inSize[1] - left), [g.batch, g.groups, perGroup[0], pixels])
  })
  const errors = Array.from({ length: kh }, (_, i) => {
    const top = i * g.dilations[0] - g.pads[0]
    return b.reshape(padAxis(b, dy, 2, top, height - outHeight - top), [g.batch, g.groups, perGroup[1], pixels])
  })
  const stack = (parts: readonly Value[]): Value =>
    parts.length === 1 ? parts[0] : b.add('Concat', parts, { axis: 2 })
  const products = b.add('MatMul', [stack(images), b.transpose(stack(errors), [0, 1, 3, 2])]) // [N, G, kw C/G, kh O/G]
  const summed = g.batch === 1 ? products : b.reduce('ReduceSum', products, [0], true)
  const split = b.reshape(summed, [g.groups, kw, perGroup[0], kh, perGroup[1]])
  return b.reshape(b.transpose(split, [3, 1, 2, 0, 4]), [kh, kw, perGroup[0], g.outChannels])
}

/** Zeros before and behind one axis; a negative number cuts. */
function padAxis(b: GraphBuilder, x: Value, axis: number, before: number, after: number): Value {
  const none = x.shape.map(() => 0)
  return b.pad(x, none.with(axis, before), none.with(axis, after))
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
  // Between the pixels that the stride chose the gradient is zero.
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

/** With stride 1 the gradient is a convolution with the filter turned around and its channels swapped within the groups. */
function unitStrideBackpropInput(
  b: GraphBuilder,
  dy: Value,
  filter: Value,
  g: ConvolutionGeometry,
  pads: readonly number[],
): Value {
  const rank = g.kernel.length
  const perGroupOut = g.outChannels / g.groups
  const split = b.reshape(filter, [...g.kernel, g.inChannels / g.groups, g.groups, perGroupOut])
  const order = [rank + 1, rank, rank + 2, ...Array(rank).keys()]
  const swapped = b.reshape(b.transpose(split, order), [g.inChannels, perGroupOut, ...g.kernel])
  const attributes: Record<string, Attribute> = {
    kernel_shape: g.kernel,
    pads,
    dilations: g.dilations,
    group: g.groups,
  }
  return b.add(
    'Conv',
    [
      dy,
      reverse(
        b,
        swapped,
        g.kernel.map((_, i) => i + 2),
      ),
    ],
    attributes,
  )
}

/** With zeros between the errors, strides are as none. */
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

/** Padding that makes the turned convolution give back the size of the input. */
function mirroredPads({ kernel, dilations, pads, inSize, outSize }: ConvolutionGeometry): number[] {
  const reach = kernel.map((length, i) => (length - 1) * dilations[i])
  const before = reach.map((length, i) => length - pads[i])
  const after = reach.map((length, i) => inSize[i] - outSize[i] + length - before[i])
  return [...before, ...after]
}

/** The shifted images under each tap of the window: [N, G, taps C/G, pixels]. */
function patches(b: GraphBuilder, x: Value, g: ConvolutionGeometry): Value {
  const rank = g.kernel.length
  const padded = b.pad(x, [0, 0, ...g.pads.slice(0, rank)], [0, 0, ...g.pads.slice(rank)])
  const shape = [g.batch, g.groups, g.inChannels / g.groups, sizeOf(g.outSize)]
  const images = tapsOf(g.kernel).map((tap) => b.reshape(shifted(b, padded, g, tap), shape))
  return images.length === 1 ? images[0] : b.add('Concat', images, { axis: 2 })
}

function padSpace(b: GraphBuilder, x: Value, after: readonly number[]): Value {
  return b.pad(
    x,
    x.shape.map(() => 0),
    [0, 0, ...after],
  )
}
