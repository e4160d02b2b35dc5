/** Independent Gaussian noise per pixel, clipped to 0..1. */
import type { Random } from '@mammokit/seeded-random'
import type { GrayImage } from './gray-image.ts'

/** `standardDeviation` in the units of the values, 0..1; 0 leaves them as they are. */
export function addGaussianNoise(image: GrayImage, standardDeviation: number, random: Random): GrayImage {
  const { width, height } = image
  const data = image.data.slice()
  if (standardDeviation === 0) return { data, width, height }
  normalQuantiles ??= tabulateNormalQuantiles()
  const quantiles = normalQuantiles
  for (let index = 0; index < data.length; index += 2) {
    const bits = random.bits()
    data[index] = clip(data[index]! + standardDeviation * quantiles[bits & 0xffff]!)
    if (index + 1 < data.length) data[index + 1] = clip(data[index + 1]! + standardDeviation * quantiles[bits >>> 16]!)
  }
  return { data, width, height }
}

/** The middles of 65,536 equal slices of the normal distribution: a draw is a look-up, and stays within 4.3 standard deviations. */
let normalQuantiles: Float32Array | undefined

function tabulateNormalQuantiles(): Float32Array {
  return Float32Array.from({ length: 65_536 }, (_, index) => normalQuantile((index + 0.5) / 65_536))
}

/** P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003; relative error below 1.15e-9. */
function normalQuantile(probability: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ]
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1]
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ]
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]
  const polynomial = (coefficients: readonly number[], x: number) =>
    coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
  const tail = Math.min(probability, 1 - probability)
  if (tail >= 0.02425) {
    const q = probability - 0.5
    return (q * polynomial(a, q * q)) / polynomial(b, q * q)
  }
  const q = Math.sqrt(-2 * Math.log(tail))
  const lower = polynomial(c, q) / polynomial(d, q)
  return probability < 0.5 ? lower : -lower
}

function clip(value: number): number {
  return Math.min(Math.max(value, 0), 1)
}
