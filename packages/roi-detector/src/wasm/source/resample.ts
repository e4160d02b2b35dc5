/**
 * Weighted sums of rows and columns, in doubles, two at a time: AssemblyScript, built by `npm run build:kernels`.
 *
 * Addresses are in bytes. Rows are read and written in whole groups of eight pixels, which their places have room for.
 */

/** A row of uint16 as doubles; gives its brightest value. */
export function widenRow(samples: usize, width: usize, values: usize): u32 {
  let brightest = i16x8.splat(0)
  for (let x: usize = 0; x < width; x += 8) {
    const eight = v128.load(samples + x * 2)
    brightest = i16x8.max_u(brightest, eight)
    const low = i32x4.extend_low_i16x8_u(eight)
    const high = i32x4.extend_high_i16x8_u(eight)
    const into = values + x * 8
    v128.store(into, f64x2.convert_low_i32x4_u(low))
    v128.store(into, f64x2.convert_low_i32x4_u(v128.shuffle<i64>(low, low, 1, 1)), 16)
    v128.store(into, f64x2.convert_low_i32x4_u(high), 32)
    v128.store(into, f64x2.convert_low_i32x4_u(v128.shuffle<i64>(high, high, 1, 1)), 48)
  }
  brightest = i16x8.max_u(brightest, v128.shuffle<i16>(brightest, brightest, 4, 5, 6, 7, 4, 5, 6, 7))
  brightest = i16x8.max_u(brightest, v128.shuffle<i16>(brightest, brightest, 2, 3, 2, 3, 2, 3, 2, 3))
  return max<u32>(i16x8.extract_lane_u(brightest, 0), i16x8.extract_lane_u(brightest, 1))
}

/**
 * Sums of `count` values, an even number, from the one that `first` names for each target column on; of the columns `from` to `to`.
 *
 * @param first - int32 for each target column
 * @param weights - `count` doubles for each target column
 */
export function sumColumns(
  values: usize,
  first: usize,
  weights: usize,
  count: usize,
  from: usize,
  to: usize,
  sums: usize,
): void {
  for (let x = from; x < to; x++) {
    let at = values + load<u32>(first + x * 4) * 8
    let weight = weights + x * count * 8
    const end = weight + count * 8
    let one = f64x2.splat(0)
    let two = f64x2.splat(0)
    for (; weight + 32 <= end; weight += 32, at += 32) {
      one = f64x2.add(one, f64x2.mul(v128.load(weight), v128.load(at)))
      two = f64x2.add(two, f64x2.mul(v128.load(weight, 16), v128.load(at, 16)))
    }
    if (weight < end) one = f64x2.add(one, f64x2.mul(v128.load(weight), v128.load(at)))
    const sum = f64x2.add(one, two)
    store<f64>(sums + x * 8, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
  }
}

/** Rounded, and cut off at 0 and 65,535. */
function toSamples(first: v128, second: v128): v128 {
  const half = f64x2.splat(0.5)
  const low = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(first, half))
  const high = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(second, half))
  return v128.shuffle<i64>(low, high, 0, 2)
}

/**
 * Sum of `count` rows of doubles as a row of uint16, of columns `from` (a multiple of eight) to `to`.
 *
 * @param rows - the address of each row, uint32
 * @param weights - the weight of each row, a double
 */
export function sumRows(rows: usize, weights: usize, count: usize, from: usize, to: usize, samples: usize): void {
  for (let x = from; x < to; x += 8) {
    let one = f64x2.splat(0)
    let two = f64x2.splat(0)
    let three = f64x2.splat(0)
    let four = f64x2.splat(0)
    for (let row: usize = 0; row < count; row++) {
      const at = <usize>load<u32>(rows + row * 4) + x * 8
      const weight = v128.load64_splat(weights + row * 8)
      one = f64x2.add(one, f64x2.mul(weight, v128.load(at)))
      two = f64x2.add(two, f64x2.mul(weight, v128.load(at, 16)))
      three = f64x2.add(three, f64x2.mul(weight, v128.load(at, 32)))
      four = f64x2.add(four, f64x2.mul(weight, v128.load(at, 48)))
    }
    v128.store(samples + x * 2, i16x8.narrow_i32x4_u(toSamples(one, two), toSamples(three, four)))
  }
}
