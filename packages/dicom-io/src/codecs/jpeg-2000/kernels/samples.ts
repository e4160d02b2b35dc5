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

/** The inverse irreversible component transform (G.3.2): Y, Cb, Cr to rows of red, green and blue, `stride` bytes apart. */
export function restoreRealColors(
  first: usize,
  second: usize,
  third: usize,
  output: usize,
  stride: usize,
  width: usize,
): void {
  for (let at: usize = 0; at < width * 4; at += 16) {
    const y = v128.load(first + at)
    const u = v128.load(second + at)
    const v = v128.load(third + at)
    const green = f32x4.sub(y, f32x4.mul(u, f32x4.splat(0.34413)))
    v128.store(output + at, f32x4.add(y, f32x4.mul(v, f32x4.splat(1.402))))
    v128.store(output + stride + at, f32x4.sub(green, f32x4.mul(v, f32x4.splat(0.71414))))
    v128.store(output + 2 * stride + at, f32x4.add(y, f32x4.mul(u, f32x4.splat(1.772))))
  }
}

/** The same as {@link shiftLevel} for floats, which are rounded to the nearest integer, halves to the even one. */
export function shiftRealLevel(input: usize, output: usize, width: usize, level: i32, lowest: i32, highest: i32): void {
  const low = f32x4.splat(<f32>(lowest - level))
  const high = f32x4.splat(<f32>(highest - level))
  for (let at: usize = 0; at < width * 4; at += 16) {
    const rounded = f32x4.min(f32x4.max(f32x4.nearest(v128.load(input + at)), low), high)
    v128.store(output + at, i32x4.add(i32x4.trunc_sat_f32x4_s(rounded), i32x4.splat(level)))
  }
}
