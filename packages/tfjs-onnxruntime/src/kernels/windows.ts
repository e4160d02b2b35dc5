/** Windows over channels-first images: the pixels under each tap, the tap with the maximum, and the scatter back. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'

export interface WindowGeometry {
  readonly inSize: readonly number[]
  readonly outSize: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Padding before each spatial axis, then after each. */
  readonly pads: readonly number[]
}

/** Padding smaller than any pixel value; an infinity would become NaN when multiplied by zero. */
export const lowest = -3.4e38

/** All positions in a window, the last axis fastest. */
export function tapsOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (taps, length) => taps.flatMap((tap) => Array.from({ length }, (_, i) => [...tap, i])),
    [[]],
  )
}

/** The pixels of a padded image under one tap of the window: [N, C, ...space']. */
export function shifted(
  b: GraphBuilder,
  x: Value,
  g: Pick<WindowGeometry, 'dilations' | 'strides' | 'outSize'>,
  tap: readonly number[],
): Value {
  const starts = tap.map((position, i) => position * g.dilations[i])
  const ends = starts.map((start, i) => start + (g.outSize[i] - 1) * g.strides[i] + 1)
  return b.slice(
    x,
    tap.map((_, i) => i + 2),
    starts,
    ends,
    g.strides,
  )
}

/** The image with its padding. */
export function padded(b: GraphBuilder, x: Value, { pads }: Pick<WindowGeometry, 'pads'>, value: number): Value {
  const rank = pads.length / 2
  return b.pad(x, [0, 0, ...pads.slice(0, rank)], [0, 0, ...pads.slice(rank)], value)
}

/** The image cropped by negative padding, and the remaining padding: ONNX's operators do not support negative padding. */
export function cutByPads(
  b: GraphBuilder,
  x: Value,
  pads: readonly number[],
): { readonly image: Value; readonly pads: readonly number[] } {
  const cut = pads.map((pad) => Math.min(pad, 0))
  return { image: padded(b, x, { pads: cut }, 0), pads: pads.map((pad) => Math.max(pad, 0)) }
}

/** Output gradients at the pixels under a tap, zeros elsewhere: [N, C, ...space'] to [N, C, ...space]. */
export function placeBack(b: GraphBuilder, errors: Value, g: WindowGeometry, tap: readonly number[]): Value {
  const spread = spreadApart(b, errors, g.strides)
  // Start of the tap, relative to the first unpadded pixel; a negative number crops.
  const before = tap.map((position, i) => position * g.dilations[i] - g.pads[i])
  const after = before.map((start, i) => g.inSize[i] - start - spread.shape[i + 2])
  return b.pad(spread, [0, 0, ...before], [0, 0, ...after])
}

/** Zeros between the pixels: [N, C, ...space] to [N, C, ...space times strides]. Masked copies are three times as fast as padding each pixel. */
export function spreadApart(b: GraphBuilder, x: Value, strides: readonly number[]): Value {
  if (strides.every((stride) => stride === 1)) return x
  const lengths = strides.map((stride, i) => stride * x.shape[i + 2])
  const copies = b.add('Resize', [x, undefined, undefined, b.integers([...x.shape.slice(0, 2), ...lengths])], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  })
  const isFirst = lengths.reduce<number[]>(
    (mask, length, axis) =>
      mask.flatMap((kept) => Array.from({ length }, (_, i) => (i % strides[axis] === 0 ? kept : 0))),
    [1],
  )
  return b.add('Mul', [copies, b.constant(isFirst, lengths, x.dtype)])
}

/** For each tap's image, where it is the first to equal the maximum. */
export function firstGreatest(b: GraphBuilder, images: readonly Value[], greatest: Value): Value[] {
  let taken: Value | undefined
  return images.map((image) => {
    const equal = b.add('Equal', [image, greatest])
    const mine: Value = taken === undefined ? equal : b.add('And', [equal, b.add('Not', [taken])])
    taken = taken === undefined ? equal : b.add('Or', [taken, equal])
    return mine
  })
}
