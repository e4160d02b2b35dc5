/** Probability of a chi-square this large or larger if all counts are equally likely (Wilson and Hilferty's normal approximation). */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  const z = (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
  return 1 - normalCdf(z)
}

/** Probability of a Kolmogorov-Smirnov distance this large or larger if `values` are from the distribution. */
export function kolmogorovSmirnov(values: Float64Array, cdf: (value: number) => number): number {
  const sorted = values.toSorted()
  let distance = 0
  sorted.forEach((value, i) => {
    const share = cdf(value)
    distance = Math.max(distance, share - i / sorted.length, (i + 1) / sorted.length - share)
  })
  const lambda = (Math.sqrt(sorted.length) + 0.12 + 0.11 / Math.sqrt(sorted.length)) * distance
  let probability = 0
  for (let k = 1; k <= 100; k++) probability += 2 * (-1) ** (k - 1) * Math.exp(-2 * (k * lambda) ** 2)
  return Math.min(1, Math.max(0, probability))
}

/** By the continued fraction and the series of erf (Abramowitz and Stegun 7.1.5 and 7.1.14), 1e-13. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  let tail: number
  if (x < 2.5) {
    let [sum, term] = [x, x]
    for (let n = 1; n < 100; n++) {
      term *= -(x * x) / n
      sum += term / (2 * n + 1)
    }
    tail = 0.5 - sum / Math.sqrt(Math.PI)
  } else {
    let fraction = x
    for (let n = 100; n > 0; n--) fraction = x + n / 2 / fraction
    tail = Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction / 2
  }
  return z < 0 ? tail : 1 - tail
}
