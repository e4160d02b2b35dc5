/** Windows over channels-first images: what each tap of a window sees, which tap holds the greatest, and the way back. */
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'

export interface WindowGeometry {
  readonly inSize: readonly number[]
  readonly outSize: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Before each axis of space, then behind each. */
  readonly pads: readonly number[]
}

/** All positions in a window, the last axis fastest. */
export function tapsOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (taps, length) => taps.flatMap((tap) => Array.from({ length }, (_, i) => [...tap, i])),
    [[]],
  )
}

/** The pixels of a padded image that one tap of the window sees: [N, C, ...space']. */
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
export function padded(b: GraphBuilder, x: Value, { pads }: WindowGeometry, value: number): Value {
  const rank = pads.length / 2
  return b.pad(x, [0, 0, ...pads.slice(0, rank)], [0, 0, ...pads.slice(rank)], value)
}

/** Errors at the pixels that a tap saw, zeros elsewhere: [N, C, ...space'] to [N, C, ...space]. */
export function placeBack(b: GraphBuilder, errors: Value, g: WindowGeometry, tap: readonly number[]): Value {
  const [n, c, ...lengths] = errors.shape
  const interleaved = b.reshape(errors, [n, c, ...lengths.flatMap((length) => [length, 1])])
  const gaps = b.pad(
    interleaved,
    interleaved.shape.map(() => 0),
    [0, 0, ...g.strides.flatMap((stride) => [0, stride - 1])],
  )
  const spread = b.reshape(gaps, [n, c, ...lengths.map((length, i) => length * g.strides[i])])
  // Where the tap begins, counted from the first real pixel; a negative number cuts.
  const before = tap.map((position, i) => position * g.dilations[i] - g.pads[i])
  const after = before.map((start, i) => g.inSize[i] - start - spread.shape[i + 2])
  return b.pad(spread, [0, 0, ...before], [0, 0, ...after])
}

/** For each tap's image, where it is the first that equals the greatest. */
export function firstGreatest(b: GraphBuilder, images: readonly Value[], greatest: Value): Value[] {
  let taken: Value | undefined
  return images.map((image) => {
    const equal = b.add('Equal', [image, greatest])
    const mine: Value = taken === undefined ? equal : b.add('And', [equal, b.add('Not', [taken])])
    taken = taken === undefined ? equal : b.add('Or', [taken, equal])
    return mine
  })
}
