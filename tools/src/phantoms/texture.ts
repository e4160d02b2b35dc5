/** Figures of the texture of one mammogram: how its power falls with frequency, how peaked its edges are, how unevenly it is filled. */

/** Side of the squares whose spectra are averaged, pixels; a power of two. */
const SIDE = 64

/** Values 0 to 1, 0 outside the breast: [height, width]. */
export interface Picture {
  readonly data: ArrayLike<number>
  readonly width: number
  readonly height: number
}

export interface Texture {
  /** The power spectrum falls as 1 / f^slope (Burgess 1999 finds about 3 in mammograms); NaN where no square lies in the breast. */
  readonly slope: number
  /** Kurtosis of the horizontal and vertical differences: 3 for noise, more where few edges are strong. */
  readonly gradientKurtosis: number
  /** Of the values in boxes of 8 pixels, mean square over squared mean: 1 where every box is alike. */
  readonly lacunarity: number
  /** Deciles of the breast's values, 10 % to 90 %. */
  readonly deciles: readonly number[]
}

/** Measures a picture whose background is black. */
export function measureTexture({ data, width, height }: Picture): Texture {
  const inside = (x: number, y: number): boolean => data[y * width + x]! > 0
  const values: number[] = []
  const differences: number[] = []
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      if (!inside(x, y)) continue
      const value = data[y * width + x]!
      values.push(value)
      if (inside(x + 1, y)) differences.push(data[y * width + x + 1]! - value)
      if (inside(x, y + 1)) differences.push(data[(y + 1) * width + x]! - value)
    }
  }
  values.sort((a, b) => a - b)
  const deciles = Array.from({ length: 9 }, (_, i) => values[Math.floor(((i + 1) / 10) * values.length)] ?? Number.NaN)
  return {
    slope: spectralSlope({ data, width, height }),
    gradientKurtosis: kurtosis(differences),
    lacunarity: lacunarityOf({ data, width, height }, 8),
    deciles,
  }
}

function kurtosis(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let [second, fourth] = [0, 0]
  for (const value of values) {
    const square = (value - mean) ** 2
    second += square
    fourth += square * square
  }
  return (fourth * values.length) / (second * second)
}

/** Gliding boxes that lie in the breast (Allain and Cloitre, "Characterizing the lacunarity of random and deterministic fractal sets", 1991). */
function lacunarityOf({ data, width, height }: Picture, side: number): number {
  let [count, sum, squares] = [0, 0, 0]
  for (let top = 0; top + side <= height; top += side / 2) {
    for (let left = 0; left + side <= width; left += side / 2) {
      let mass = 0
      let whole = true
      for (let y = top; y < top + side; y++) {
        for (let x = left; x < left + side; x++) {
          const value = data[y * width + x]!
          if (value <= 0) whole = false
          mass += value
        }
      }
      if (!whole) continue
      count++
      sum += mass
      squares += mass * mass
    }
  }
  return (count * squares) / (sum * sum)
}

/** Slope of log power against log frequency, from 3 to 20 cycles per square, over all squares within the breast. */
function spectralSlope({ data, width, height }: Picture): number {
  const power = new Float64Array(SIDE * SIDE)
  let squares = 0
  for (let top = 0; top + SIDE <= height; top += SIDE / 4) {
    for (let left = 0; left + SIDE <= width; left += SIDE / 4) {
      const real = new Float64Array(SIDE * SIDE)
      let [mean, whole] = [0, true]
      for (let i = 0; i < real.length; i++) {
        const value = data[(top + (i >> 6)) * width + left + (i & (SIDE - 1))]!
        if (value <= 0) whole = false
        real[i] = value
        mean += value / real.length
      }
      if (!whole) continue
      for (let i = 0; i < real.length; i++) real[i] = (real[i]! - mean) * hann(i >> 6) * hann(i & (SIDE - 1))
      addPower(real, power)
      squares++
    }
  }
  if (squares === 0) return Number.NaN
  const sums = new Float64Array(SIDE)
  const counts = new Float64Array(SIDE)
  for (let i = 0; i < power.length; i++) {
    const fy = Math.min(i >> 6, SIDE - (i >> 6))
    const fx = Math.min(i & (SIDE - 1), SIDE - (i & (SIDE - 1)))
    const ring = Math.round(Math.hypot(fx, fy))
    sums[ring] = sums[ring]! + power[i]!
    counts[ring] = counts[ring]! + 1
  }
  const points = Array.from(
    { length: 18 },
    (_, i) => [Math.log(i + 3), Math.log(sums[i + 3]! / counts[i + 3]!)] as const,
  )
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return -covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

function hann(i: number): number {
  return 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / SIDE)
}

/** Adds the squared modulus of the two-dimensional Fourier transform. */
function addPower(real: Float64Array, power: Float64Array): void {
  const imaginary = new Float64Array(real.length)
  for (let row = 0; row < SIDE; row++) transform(real, imaginary, row * SIDE, 1)
  for (let column = 0; column < SIDE; column++) transform(real, imaginary, column, SIDE)
  for (let i = 0; i < power.length; i++) power[i] = power[i]! + real[i]! ** 2 + imaginary[i]! ** 2
}

/** Cooley and Tukey's fast Fourier transform of SIDE values in place, `step` apart. */
function transform(real: Float64Array, imaginary: Float64Array, start: number, step: number): void {
  const swap = (values: Float64Array, i: number, j: number): void => {
    const value = values[start + i * step]!
    values[start + i * step] = values[start + j * step]!
    values[start + j * step] = value
  }
  for (let i = 1, j = 0; i < SIDE; i++) {
    let bit = SIDE >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    swap(real, i, j)
    swap(imaginary, i, j)
  }
  for (let length = 2; length <= SIDE; length *= 2) {
    for (let k = 0; k < length / 2; k++) {
      const cosine = Math.cos((2 * Math.PI * k) / length)
      const sine = -Math.sin((2 * Math.PI * k) / length)
      for (let i = k; i < SIDE; i += length) {
        const a = start + i * step
        const b = a + (length / 2) * step
        const re = real[b]! * cosine - imaginary[b]! * sine
        const im = real[b]! * sine + imaginary[b]! * cosine
        real[b] = real[a]! - re
        imaginary[b] = imaginary[a]! - im
        real[a] = real[a]! + re
        imaginary[a] = imaginary[a]! + im
      }
    }
  }
}
