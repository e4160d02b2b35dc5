/**
 * The inverse irreversible 9/7 wavelet (ITU-T T.800 Annex F.3), a row of 32-bit floats at a time.
 *
 * Every product and sum is rounded as in OpenJPEG, in its order, so that no sample differs from what it decodes. The nominal gain of
 * high subbands is in the scaling (2 / K), not in their quantization step.
 *
 * Rows are read and written in whole groups of four: 16 bytes before and 32 after each are the kernels' to use.
 */
import { extend } from './wavelet'

/** Table F.4; a step adds the sum of two samples times one of them, negated. */
const alpha: f32 = -1.586134342
const beta: f32 = -0.052980118
const gamma: f32 = 0.882911075
const delta: f32 = 0.443506852
const scaleLow: f32 = 1.230174105
const scaleHigh: f32 = 1.625732422

/**
 * Puts a row of `lows + highs` samples together from its low and high coefficients.
 *
 * @param parity - 1 where the first sample has an odd coordinate, which makes it a high one
 * @param scratch - room for two rows, `stride` bytes apart
 * @param kind - what the row is to those above and below: 0 low, 1 high, 2 the only one
 */
export function joinRealRow(
  low: usize,
  lows: usize,
  high: usize,
  highs: usize,
  parity: usize,
  scratch: usize,
  stride: usize,
  kind: u32,
  output: usize,
): void {
  const scale: f32 = kind == 0 ? scaleLow : kind == 1 ? scaleHigh : 1
  if (lows + highs < 2) {
    store<f32>(output, load<f32>(parity == 0 ? low : high) * scale)
    return
  }
  const even = scratch
  const odd = scratch + stride
  multiply(low, even, lows, scaleLow)
  multiply(high, odd, highs, scaleHigh)
  lift(even, lows, odd, highs, 1 - parity, -delta)
  lift(odd, highs, even, lows, parity, -gamma)
  lift(even, lows, odd, highs, 1 - parity, -beta)
  lift(odd, highs, even, lows, parity, -alpha)
  const scales = f32x4.splat(scale)
  for (let at: usize = 0; at < max(lows, highs) * 4; at += 16) {
    const evens = f32x4.mul(v128.load(even + at), scales)
    const odds = f32x4.mul(v128.load(odd + at), scales)
    const first = parity == 0 ? evens : odds
    const second = parity == 0 ? odds : evens
    v128.store(output + at * 2, v128.shuffle<i32>(first, second, 0, 4, 1, 5))
    v128.store(output + at * 2, v128.shuffle<i32>(first, second, 2, 6, 3, 7), 16)
  }
}

function multiply(input: usize, output: usize, count: usize, factor: f32): void {
  const factors = f32x4.splat(factor)
  for (let at: usize = 0; at < count * 4; at += 16) v128.store(output + at, f32x4.mul(v128.load(input + at), factors))
}

/** Adds to each sample the two beside it times `factor`; `shift`: how many places before its own index the first of them is. */
@inline
function lift(row: usize, count: usize, sides: usize, sideCount: usize, shift: usize, factor: f32): void {
  extend(sides, sideCount)
  liftBy(row, sides - shift * 4, sides - shift * 4 + 4, count, factor)
}

/** Lifts a row by those above and below: steps 1 and 3 are of low rows, 2 and 4 of high ones. */
export function liftRealRow(row: usize, above: usize, below: usize, width: usize, step: u32): void {
  liftBy(row, above, below, width, -(step == 1 ? delta : step == 2 ? gamma : step == 3 ? beta : alpha))
}

/** Adds to a row the sum of two others times `factor`. */
function liftBy(row: usize, above: usize, below: usize, width: usize, factor: f32): void {
  const factors = f32x4.splat(factor)
  for (let at: usize = 0; at < width * 4; at += 16) {
    const sum = f32x4.add(v128.load(above + at), v128.load(below + at))
    v128.store(row + at, f32x4.add(v128.load(row + at), f32x4.mul(sum, factors)))
  }
}
