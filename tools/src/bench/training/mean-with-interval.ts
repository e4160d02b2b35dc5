import { tQuantile } from '@mammokit/pf1-metric'

/**
 * Mean of a few independent numbers with its 95 % interval by Student's t; of a single number the interval is null.
 *
 * @example
 * meanWithInterval([1, 2, 3]) // { mean: 2, interval: [-0.484..., 4.484...] }
 */
export function meanWithInterval(values: readonly number[]): {
  mean: number
  interval: [number | null, number | null]
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, interval: [null, null] }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const half = tQuantile(0.95, values.length - 1) * Math.sqrt(variance / values.length)
  return { mean, interval: [mean - half, mean + half] }
}
