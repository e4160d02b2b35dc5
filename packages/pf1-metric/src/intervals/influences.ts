/**
 * By how much each sample moves a statistic: its derivative by the sample's weight, at the weights of 1 that all have.
 *
 * The squares of their sums over patients add up to the variance of the statistic over patients (infinitesimal jackknife).
 * Reference: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 21.
 */
import type { Ranking } from '../ranking.ts'

/** Of the probabilistic F1 `value`, the ratio 2 sum(y p) / (sum(y) + sum(p)). */
export function pf1Influences({ targets, scores, positives }: Ranking, value: number): Float64Array {
  const denominator = scores.reduce((sum, score) => sum + score, positives)
  return scores.map((score, i) => (2 * targets[i] * score - value * (targets[i] + score)) / denominator)
}

/** Of the Brier score `value`, a mean of squared errors. */
export function brierInfluences({ targets, scores }: Ranking, value: number): Float64Array {
  return scores.map((score, i) => ((score - targets[i]) ** 2 - value) / scores.length)
}

/** Of average precision: a cancer by its own precision, and every sample by the precision at each cancer that it outranks or ties with. */
export function averagePrecisionInfluences({ targets, scores, positives }: Ranking, value: number): Float64Array {
  const influences = new Float64Array(scores.length)
  let truePositives = positives
  let [ofPositive, ofNegative] = [0, 0]
  // From the lowest score up: those that a sample outranks come first.
  for (let end = scores.length, start = end; end > 0; end = start) {
    let own = 0
    for (; start > 0 && scores[start - 1] === scores[end - 1]; start--) own += targets[start - 1]
    ofPositive += (own * (end - truePositives)) / end ** 2 / positives
    ofNegative -= (own * truePositives) / end ** 2 / positives
    const ofOwnPrecision = (truePositives / end - value) / positives
    for (let i = start; i < end; i++) influences[i] = targets[i] === 1 ? ofOwnPrecision + ofPositive : ofNegative
    truePositives -= own
  }
  return influences
}

/** The sum over groups of the squared sum of their samples' influences, as an unbiased variance. */
export function varianceOverGroups({ groups, groupCount }: Ranking, influences: Float64Array): number {
  const sums = new Float64Array(groupCount)
  for (let i = 0; i < influences.length; i++) sums[groups[i]] += influences[i]
  return (groupCount / (groupCount - 1)) * sums.reduce((sum, x) => sum + x * x, 0)
}
