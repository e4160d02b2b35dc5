/** 97.5 % quantiles of Student's t with 1, 2, ... degrees of freedom; Abramowitz and Stegun, table 26.10. */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

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
  const quantile = quantiles[values.length - 2] ?? 1.96
  const half = quantile * Math.sqrt(variance / values.length)
  return { mean, interval: [mean - half, mean + half] }
}
