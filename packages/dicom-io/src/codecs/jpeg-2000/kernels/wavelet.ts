/**
 * The inverse reversible 5/3 wavelet (ITU-T T.800 Annex F.3), a row of 32-bit coefficients at a time.
 *
 * Rows are read and written in whole groups of four: 16 bytes before and 32 after each are the kernels' to use.
 */

/** Equation F-5. */
function evenOf(low: v128, before: v128, after: v128): v128 {
  const sum = i32x4.add(i32x4.add(before, after), i32x4.splat(2))
  return i32x4.sub(low, i32x4.shr_s(sum, 2))
}

/** Equation F-6. */
function oddOf(high: v128, before: v128, after: v128): v128 {
  return i32x4.add(high, i32x4.shr_s(i32x4.add(before, after), 1))
}

/** Mirrors a row at its ends, as far as a filter of three samples sees (F.3.7). */
export function extend(row: usize, count: usize): void {
  store<i32>(row - 4, load<i32>(row))
  store<i32>(row + count * 4, load<i32>(row + (count - 1) * 4))
}

/**
 * Puts a row of `lows + highs` samples together from its low and high coefficients; `even` has room for the even ones.
 *
 * @param parity - 1 where the first sample has an odd coordinate, which makes it a high one
 */
export function joinRow(
  low: usize,
  lows: usize,
  high: usize,
  highs: usize,
  parity: usize,
  even: usize,
  output: usize,
): void {
  if (lows + highs < 2) {
    store<i32>(output, parity == 0 ? load<i32>(low) : load<i32>(high) >> 1)
    return
  }
  extend(high, highs)
  const left = high - 4 * (1 - parity)
  for (let at: usize = 0; at < lows * 4; at += 16) {
    v128.store(even + at, evenOf(v128.load(low + at), v128.load(left + at), v128.load(left + at + 4)))
  }
  extend(even, lows)
  const start = even - 4 * parity
  for (let at: usize = 0; at < max(lows, highs) * 4; at += 16) {
    const odds = oddOf(v128.load(high + at), v128.load(start + at), v128.load(start + at + 4))
    const evens = v128.load(even + at)
    const first = parity == 0 ? evens : odds
    const second = parity == 0 ? odds : evens
    v128.store(output + at * 2, v128.shuffle<i32>(first, second, 0, 4, 1, 5))
    v128.store(output + at * 2, v128.shuffle<i32>(first, second, 2, 6, 3, 7), 16)
  }
}

/** Makes a low row an even one, in place, from the high rows above and below. */
export function liftEvenRow(row: usize, above: usize, below: usize, width: usize): void {
  for (let at: usize = 0; at < width * 4; at += 16) {
    v128.store(row + at, evenOf(v128.load(row + at), v128.load(above + at), v128.load(below + at)))
  }
}

/** Makes a high row an odd one, in place, from the even rows above and below. */
export function liftOddRow(row: usize, above: usize, below: usize, width: usize): void {
  for (let at: usize = 0; at < width * 4; at += 16) {
    v128.store(row + at, oddOf(v128.load(row + at), v128.load(above + at), v128.load(below + at)))
  }
}

/** Halves a row: the only one of an image whose coordinate is odd. */
export function halveRow(row: usize, width: usize): void {
  for (let at: usize = 0; at < width * 4; at += 16) v128.store(row + at, i32x4.shr_s(v128.load(row + at), 1))
}
