/**
 * Interval of the ROC area of clustered samples.
 *
 * References: Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53, 1997, 567-578; with one sample per
 * cluster its variance is that of DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988, 837-845. Degrees of freedom of a variance
 * of long-tailed numbers: O'Neill, "Some useful moment results in sampling problems", The American Statistician 68, 2014.
 */
import { checkOption } from '../check-inputs.ts'
import { numberGroups, type Ranking, rank } from '../ranking.ts'
import { rocAuc } from '../roc.ts'
import { logitInterval } from './logit-interval.ts'
import type { Bounds, ConfidenceOptions } from './share-intervals.ts'

/**
 * The interval in log-odds, by the variance over groups and a t quantile; null where fewer than two groups have a positive, or a
 * negative, and where all scores are the same.
 *
 * At an area of 1 that variance is 0. Its bound is then exact: of pairs without a group in common each is in order with a chance
 * of the area, so that all k of them are with a chance of its k-th power.
 *
 * @param targets 0 or 1, [N]
 * @param scores any finite numbers, higher for positives, [N]
 * @param groups the patient of each sample, [N]
 * @throws MetricError as `rocAuc`, `length-mismatch`, `bad-option`
 * @example
 * rocAucInterval([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], ['a', 'b', 'c', 'd']) // { low: 1.2e-10, high: 0.99999999999 }
 */
export function rocAucInterval(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  groups: ArrayLike<string>,
  { confidence = 0.95 }: ConfidenceOptions = {},
): Bounds | null {
  return rocAucIntervalOf(rank(targets, scores, groups), rocAuc(targets, scores), confidence)
}

/** The same of a ranking and its area. @throws MetricError `bad-option` */
export function rocAucIntervalOf(ranking: Ranking, value: number, confidence = 0.95): Bounds | null {
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  const { variance, degrees, pairs } = rocAucVariance(ranking, value)
  if (degrees === 0) return null
  const bound = ((1 - confidence) / 2) ** (1 / pairs)
  if (value === 1) return { low: bound, high: 1 }
  if (value === 0) return { low: 0, high: 1 - bound }
  return logitInterval(value, variance, degrees, confidence)
}

export interface RocAucVariance {
  readonly variance: number
  /** Of freedom of the variance: 0 where fewer than two groups have a positive, or a negative. */
  readonly degrees: number
  /** How many pairs of a positive and a negative have no group in common. */
  readonly pairs: number
}

/** The variance of the area `value`, from the sums over groups of structural components. */
export function rocAucVariance(ranking: Ranking, value: number): RocAucVariance {
  return varianceOf(ranking, structuralComponents(ranking), value)
}

interface GroupedTargets {
  readonly targets: ArrayLike<number>
  readonly groups: Uint32Array
  readonly groupCount: number
}

function varianceOf(
  { targets, groups, groupCount }: GroupedTargets,
  components: Float64Array,
  value: number,
): RocAucVariance {
  const sums = [new Float64Array(groupCount), new Float64Array(groupCount)]
  const has = [new Uint8Array(groupCount), new Uint8Array(groupCount)]
  let positives = 0
  for (let i = 0; i < targets.length; i++) {
    sums[targets[i]][groups[i]] += components[i] - value
    has[targets[i]][groups[i]] = 1
    positives += targets[i]
  }
  const negatives = targets.length - positives
  const [withNegative, withPositive] = has.map((flags) => flags.reduce((sum, flag) => sum + flag, 0))
  const pairs = Math.min(withPositive, withNegative, groupCount >> 1)
  if (withPositive < 2 || withNegative < 2) return { variance: Number.NaN, degrees: 0, pairs }
  const [s01, s10] = sums.map((ofClass) => ofClass.reduce((sum, x) => sum + x * x, 0))
  const s11 = sums[0].reduce((sum, x, group) => sum + x * sums[1][group], 0)
  const variance =
    ((withPositive / (withPositive - 1)) * s10) / positives ** 2 +
    ((withNegative / (withNegative - 1)) * s01) / negatives ** 2 +
    ((groupCount / (groupCount - 1)) * 2 * s11) / (positives * negatives)
  // Positives are the few: their tail decides how well the variance is known.
  const kurtosis = (withPositive * sums[1].reduce((sum, x) => sum + x ** 4, 0)) / s10 ** 2
  const degrees = kurtosis > 1 ? Math.min(withPositive - 1, (2 * withPositive) / (kurtosis - 1)) : withPositive - 1
  return { variance, degrees, pairs }
}

/** Obuchowski's variance of an area, or of a difference of areas, from structural components in the order of the samples. */
export function clusteredVariance(
  targets: ArrayLike<number>,
  components: Float64Array,
  value: number,
  groups: ArrayLike<string>,
): number {
  const { numbers, groupCount } = numberGroups(groups)
  return varianceOf({ targets, groups: numbers, groupCount }, components, value).variance
}

/** Of a positive the share of negatives that score lower, of a negative that of positives that score higher; ties half. */
export function structuralComponents({ targets, scores, positives }: Ranking): Float64Array {
  const negatives = targets.length - positives
  const components = new Float64Array(targets.length)
  let above = 0 // positives
  for (let start = 0, end = 0; start < targets.length; start = end) {
    let tied = 0 // positives
    for (; end < targets.length && scores[end] === scores[start]; end++) tied += targets[end]
    const tiedNegatives = end - start - tied
    const negativesBelow = negatives - (start - above) - tiedNegatives
    components.fill((above + tied / 2) / positives, start, end)
    for (let i = start; i < end; i++) {
      if (targets[i] === 1) components[i] = (negativesBelow + tiedNegatives / 2) / negatives
    }
    above += tied
  }
  return components
}
