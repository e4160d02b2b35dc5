/** The logits of several networks as one. */
import { logOdds } from '@mammokit/pf1-metric'
import type { Combination } from '@mammokit/training-run/schema'

/**
 * The mean of logits, or the log-odds of the mean of the quantiles that each is among its network's own logits on the validation set; those
 * log-odds end at -16.6 and 16.6, as `logOdds` does.
 *
 * @param logits of each network, [networks][N]
 * @param references of each network on the validation set, sorted here; used by `quantiles`
 * @returns one logit for each image, [N]
 */
export function combineLogits(
  combine: Combination,
  logits: readonly ArrayLike<number>[],
  references: readonly ArrayLike<number>[],
): Float64Array {
  const terms = combine === 'logits' ? logits : logits.map((own, i) => quantilesOf(own, references[i]!))
  const sums = new Float64Array(logits[0]?.length ?? 0)
  for (const own of terms) for (let i = 0; i < sums.length; i++) sums[i]! += own[i]!
  return sums.map((sum) => (combine === 'logits' ? sum / terms.length : logOdds(sum / terms.length)))
}

/** Distinct values, rising, and where each lies among all of them. */
export interface QuantileTable {
  readonly values: readonly number[]
  readonly positions: readonly number[]
}

/** Hazen's positions: 0.5 / n at the lowest and 1 - 0.5 / n at the highest of n; of ties the middle. */
export function quantileTable(references: ArrayLike<number>): QuantileTable {
  const sorted = Float64Array.from(references).sort()
  const values: number[] = []
  const positions: number[] = []
  for (let first = 0; first < sorted.length; ) {
    let end = first + 1
    while (end < sorted.length && sorted[end] === sorted[first]) end++
    values.push(sorted[first]!)
    positions.push((first + end) / 2 / sorted.length)
    first = end
  }
  return { values, positions }
}

/** Where each value lies among the references, straight between their positions; beyond them the distance fades, so that no order is lost. */
export function quantilesOf(values: ArrayLike<number>, references: ArrayLike<number>): Float64Array {
  const { values: distinct, positions } = quantileTable(references)
  const last = distinct.length - 1
  return Float64Array.from(values, (value) => {
    if (value < distinct[0]!) return positions[0]! * Math.exp(value - distinct[0]!)
    if (value > distinct[last]!) return 1 - (1 - positions[last]!) * Math.exp(distinct[last]! - value)
    let [low, high] = [0, last]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (distinct[middle]! <= value) low = middle
      else high = middle
    }
    if (low === high) return positions[low]!
    const share = (value - distinct[low]!) / (distinct[high]! - distinct[low]!)
    return positions[low]! + share * (positions[high]! - positions[low]!)
  })
}
