/**
 * Otsu's threshold: the gray value that separates a histogram into the two classes with the largest variance between them.
 *
 * Reference: Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Trans. SMC 9 (1979), eq. 12 to 14.
 */

/** A threshold, the means of both classes, and the share of the variance that the two classes explain. */
export interface OtsuSplit {
  /** Values up to and including this one are the lower class. */
  readonly threshold: number
  readonly lowerMean: number
  readonly upperMean: number
  /** Variance between the classes by total variance, 0 to 1. */
  readonly separability: number
}

/**
 * Finds Otsu's threshold in a histogram whose index is the gray value.
 *
 * A histogram with one occupied value or none has no split: its `separability` is 0 and the threshold is that value.
 *
 * @example
 * otsuThreshold([5, 1, 0, 0, 4]).threshold // 1
 */
export function otsuThreshold(histogram: ArrayLike<number>): OtsuSplit {
  let count = 0
  let sum = 0
  let sumOfSquares = 0
  for (let value = 0; value < histogram.length; value++) {
    const n = histogram[value]
    count += n
    sum += n * value
    sumOfSquares += n * value * value
  }
  if (count === 0) return { threshold: 0, lowerMean: 0, upperMean: 0, separability: 0 }
  const mean = sum / count
  const variance = sumOfSquares / count - mean * mean

  let best = { threshold: Math.round(mean), lowerMean: mean, upperMean: mean, between: 0 }
  let lowerCount = 0
  let lowerSum = 0
  for (let value = 0; value < histogram.length - 1; value++) {
    const n = histogram[value]
    if (n === 0) continue
    lowerCount += n
    lowerSum += n * value
    const upperCount = count - lowerCount
    if (upperCount === 0) break
    const lowerMean = lowerSum / lowerCount
    const upperMean = (sum - lowerSum) / upperCount
    const between = (lowerCount / count) * (upperCount / count) * (upperMean - lowerMean) ** 2
    if (between > best.between) best = { threshold: value, lowerMean, upperMean, between }
  }
  const { threshold, lowerMean, upperMean, between } = best
  return { threshold, lowerMean, upperMean, separability: variance > 0 ? Math.min(1, between / variance) : 0 }
}
