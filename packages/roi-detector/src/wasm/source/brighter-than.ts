/**
 * Which pixels are brighter than a level, as bits: AssemblyScript, built by `npm run build:kernels`.
 *
 * Reads up to 30 bytes beyond the samples; bits beyond a row's last pixel may come out as 1.
 *
 * @param samples - uint16 [height * width]
 * @param stride - of a row of bits, whole groups of 4 bytes
 */
export function brighterThan(samples: usize, width: usize, height: usize, level: i32, bits: usize, stride: usize): void {
  const limit = i16x8.splat(<i16>level)
  for (let y: usize = 0; y < height; y++) {
    const row = samples + y * width * 2
    const into = bits + y * stride
    for (let x: usize = 0; x < width; x += 16) {
      const first = i16x8.gt_u(v128.load(row + x * 2), limit)
      const second = i16x8.gt_u(v128.load(row + x * 2, 16), limit)
      store<u16>(into + x / 8, <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(first, second)))
    }
  }
}
