import type { Random } from '@mammokit/seeded-random'

/** Of the probability of the most likely number; what is less likely than this is never drawn. */
const negligible = 2 ** -40

/**
 * Draws how many of `draws` items, taken without replacement, are among the first `good` of `good + bad`: by inversion from the most
 * likely number outwards, with products and quotients alone, so that every machine draws the same.
 */
export function drawHypergeometric(random: Random, good: number, bad: number, draws: number): number {
  const low = Math.max(0, draws - bad)
  const high = Math.min(good, draws)
  if (low === high) return low
  const mode = Math.min(high, Math.max(low, Math.floor(((draws + 1) * (good + 1)) / (good + bad + 2))))
  // The probability of k + 1 by that of k.
  const ratio = (k: number) => ((good - k) * (draws - k)) / ((k + 1) * (bad - draws + k + 1))
  let above = 0
  for (let k = mode, p = 1; k < high && p > negligible; k++) above += p *= ratio(k)
  let below = 0
  for (let k = mode, p = 1; k > low && p > negligible; k--) below += p /= ratio(k - 1)
  let rest = random.uniform() * (1 + above + below) - 1
  if (rest < 0) return mode
  if (rest < above) {
    for (let k = mode, p = 1; k < high; k++) {
      p *= ratio(k)
      rest -= p
      if (rest < 0) return k + 1
    }
    return high
  }
  rest -= above
  for (let k = mode, p = 1; k > low; k--) {
    p /= ratio(k - 1)
    rest -= p
    if (rest < 0) return k - 1
  }
  return low
}
