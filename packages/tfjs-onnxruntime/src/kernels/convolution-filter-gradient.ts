/** The gradient of a convolution for its filter, on channels-first values: the image under each tap of the window, times the output gradients. */
import type { GraphBuilder } from '../graph/builder.ts'
import { sizeOf, type Value } from '../graph/graph.ts'
import type { ConvolutionGeometry } from './convolution-geometry.ts'
import { cutByPads, padded, shifted, tapsOf } from './windows.ts'

/** x [N, C, ...space] and dy [N, O, ...space'] to the gradient of the filter, [...kernel, C / groups, O]. */
export function convolveBackpropFilter(b: GraphBuilder, x: Value, dy: Value, g: ConvolutionGeometry): Value {
  const isWindow = g.kernel.some((length) => length > 1)
  if (isWindow && g.kernel.length === 2 && g.strides.every((stride) => stride === 1)) return unitStride(b, x, dy, g)
  return ungroup(b, productOf(b, imagesUnderTaps(b, x, g), dy, g.groups), g, g.kernel, [])
}

/**
 * With stride 1, the taps of one row are the image shifted sideways, and the taps of one column the output gradients shifted vertically: one product of
 * kw images with kh gradients yields all kh kw taps, where the images under each tap would take kh kw copies.
 */
function unitStride(b: GraphBuilder, x: Value, dy: Value, g: ConvolutionGeometry): Value {
  const [kh, kw] = g.kernel
  const [top, left, , right] = g.pads
  const before = (kh - 1) * g.dilations[0] - top
  const after = g.inSize[0] - g.outSize[0] + top
  const strides = [1, 1]
  const row = { kernel: [1, kw], strides, dilations: [1, g.dilations[1]], pads: [0, left, 0, right] }
  const column = { kernel: [kh, 1], strides, dilations: [g.dilations[0], 1], pads: [before, 0, after, 0] }
  const product = productOf(b, imagesUnderTaps(b, x, row), imagesUnderTaps(b, dy, column, true), g.groups)
  return ungroup(b, product, g, [kw], [kh])
}

type Window = Pick<ConvolutionGeometry, 'kernel' | 'strides' | 'dilations' | 'pads'>

/** x [N, C, ...space] to [N, C taps, ...space'], the taps of a channel in order or backward. */
function imagesUnderTaps(b: GraphBuilder, x: Value, window: Window, backward = false): Value {
  const taps = tapsOf(window.kernel)
  const isWhole = taps.length === 1 && window.strides.every((stride) => stride === 1)
  if (isWhole && window.pads.every((pad) => pad === 0)) return x
  const order = backward ? taps.toReversed() : taps
  return b.isPortable ? sliceTaps(b, x, window, order) : convolveTaps(b, x, window, order)
}

/** Convolves with filters that are 1 at a single tap: three times as fast as slices, which are copied by one thread. */
function convolveTaps(b: GraphBuilder, x: Value, window: Window, order: readonly number[][]): Value {
  const { kernel, strides, dilations } = window
  const channels = x.shape[1]
  const size = order.length
  const filter = new Float32Array(channels * size * size)
  const positions = order.map((tap) => tap.reduce((position, place, axis) => position * kernel[axis] + place, 0))
  for (let i = 0; i < channels * size; i++) filter[i * size + positions[i % size]] = 1
  const { image, pads } = cutByPads(b, x, window.pads)
  return b.add('Conv', [image, b.constant(filter, [channels * size, 1, ...kernel], 'float32')], {
    kernel_shape: kernel,
    strides,
    dilations,
    pads,
    group: channels,
  })
}

/** ONNX Runtime 1.30 gives wrong results for such convolutions on WebGPU, and does not support groups for volumes there. */
function sliceTaps(b: GraphBuilder, x: Value, window: Window, order: readonly number[][]): Value {
  const image = padded(b, x, window, 0)
  const { kernel, strides, dilations } = window
  const outSize = kernel.map(
    (length, i) => Math.floor((image.shape[i + 2] - (length - 1) * dilations[i] - 1) / strides[i]) + 1,
  )
  const [batch, channels] = x.shape
  const images = order.map((tap) =>
    b.reshape(shifted(b, image, { ...window, outSize }, tap), [batch, channels, 1, ...outSize]),
  )
  return b.reshape(b.add('Concat', images, { axis: 2 }), [batch, channels * order.length, ...outSize])
}

/** [N, G A, ...space] and [N, G B, ...space] to [G, A, B], summed over batch and space. */
function productOf(b: GraphBuilder, left: Value, right: Value, groups: number): Value {
  const grouped = ({ shape }: Value): number[] => [shape[0], groups, shape[1] / groups, sizeOf(shape.slice(2))]
  const errors = b.transpose(b.reshape(right, grouped(right)), [0, 1, 3, 2])
  const products = b.add('MatMul', [b.reshape(left, grouped(left)), errors])
  const shape = products.shape.slice(1)
  return products.shape[0] === 1 ? b.reshape(products, shape) : b.reduce('ReduceSum', products, [0])
}

/** [G, C / G ...inner, O / G ...outer] to [...outer, ...inner, C / G, O]: inner taps belong to the images, outer taps to the gradients. */
function ungroup(
  b: GraphBuilder,
  product: Value,
  { groups, inChannels, outChannels, kernel }: ConvolutionGeometry,
  inner: readonly number[],
  outer: readonly number[],
): Value {
  const [i, o] = [sizeOf(inner), sizeOf(outer)]
  const perGroup = inChannels / groups
  const split = b.reshape(product, [groups, perGroup, i, outChannels / groups, o])
  return b.reshape(b.transpose(split, [4, 2, 1, 0, 3]), [...kernel, perGroup, outChannels])
}
