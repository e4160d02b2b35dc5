/** From wavelet samples to those of the image, a row of 32-bit integers at a time. */

/** The inverse reversible component transform (ITU-T T.800 G.2.2): Y, U, V to rows of red, green and blue, `stride` bytes apart. */
export function restoreColors(
  first: usize,
  second: usize,
  third: usize,
  output: usize,
  stride: usize,
  width: usize,
): void {
  for (let at: usize = 0; at < width * 4; at += 16) {
    const u = v128.load(second + at)
    const v = v128.load(third + at)
    const green = i32x4.sub(v128.load(first + at), i32x4.shr_s(i32x4.add(u, v), 2))
    v128.store(output + at, i32x4.add(v, green))
    v128.store(output + stride + at, green)
    v128.store(output + 2 * stride + at, i32x4.add(u, green))
  }
}

/** Adds the level that was taken from unsigned samples (G.1.2), and keeps to the range. */
export function shiftLevel(input: usize, output: usize, width: usize, level: i32, lowest: i32, highest: i32): void {
  for (let at: usize = 0; at < width * 4; at += 16) {
    const shifted = i32x4.add(v128.load(input + at), i32x4.splat(level))
    v128.store(output + at, i32x4.min_s(i32x4.max_s(shifted, i32x4.splat(lowest)), i32x4.splat(highest)))
  }
}
