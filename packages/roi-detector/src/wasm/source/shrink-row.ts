/**
 * The means of a row of blocks, rounded: AssemblyScript, built by `npm run build:kernels`.
 *
 * Reads up to 14 bytes beyond the samples.
 *
 * @param samples - uint16 [rows * width]
 * @param columns - room for the sums of columns, uint32, whole groups of 8
 * @param means - uint16 [ceil(width / blockWidth)]; the last block may be narrower than the others
 */
export function shrinkRow(
  samples: usize,
  width: usize,
  rows: usize,
  blockWidth: usize,
  columns: usize,
  means: usize,
): void {
  for (let x: usize = 0; x < width; x += 8) {
    let low = i32x4.splat(0)
    let high = i32x4.splat(0)
    for (let y: usize = 0; y < rows; y++) {
      const eight = v128.load(samples + (y * width + x) * 2)
      low = i32x4.add(low, i32x4.extend_low_i16x8_u(eight))
      high = i32x4.add(high, i32x4.extend_high_i16x8_u(eight))
    }
    v128.store(columns + x * 4, low)
    v128.store(columns + x * 4, high, 16)
  }
  for (let x: usize = 0; x < width; x += blockWidth, means += 2) {
    const end = min(x + blockWidth, width)
    let sum: u64 = 0
    for (let column = x; column < end; column++) sum += load<u32>(columns + column * 4)
    store<u16>(means, <u16>(<f64>sum / <f64>(rows * (end - x)) + 0.5))
  }
}
