/**
 * Intervals of figures of breasts by the variance over their patients: probabilistic F1, average precision, Brier score.
 *
 * Each is in log-odds with a t quantile, whose degrees of freedom are those of the patients with a positive: they are the few.
 */
import { brierScore } from '../brier-score.ts'
import { checkOption } from '../check-inputs.ts'
import { pfBeta } from '../pf-beta.ts'
import { averagePrecision } from '../precision-recall.ts'
import { type Ranking, rank } from '../ranking.ts'
import { averagePrecisionInfluences, brierInfluences, pf1Influences, varianceOverGroups } from './influences.ts'
import { logitInterval } from './logit-interval.ts'
import type { Bounds, ConfidenceOptions } from './share-intervals.ts'

type GroupedInterval = (
  targets: ArrayLike<number>,
  values: ArrayLike<number>,
  groups: ArrayLike<string>,
  options?: ConfidenceOptions,
) => Bounds | null

/**
 * Interval of the average precision; null at 0 and 1, and where fewer than two groups have a positive.
 *
 * @throws MetricError as `averagePrecision`, `length-mismatch`, `bad-option`
 * @example
 * averagePrecisionInterval(targets, probabilities, patientIds) // { low: 0.31, high: 0.62 }
 */
export const averagePrecisionInterval = groupedInterval(averagePrecision, averagePrecisionInfluences)

/** Interval of the probabilistic F1, as `averagePrecisionInterval`. @throws MetricError as `pfBeta`, `length-mismatch`, `bad-option` */
export const pf1Interval = groupedInterval(pfBeta, pf1Influences)

/** Interval of the Brier score, as `averagePrecisionInterval`. @throws MetricError as `brierScore`, `length-mismatch`, `bad-option` */
export const brierInterval = groupedInterval(brierScore, brierInfluences)

/** The interval of a value of a ranking by what each sample moves it. @throws MetricError `bad-option` */
export function influenceInterval(
  ranking: Ranking,
  value: number,
  influencesOf: (ranking: Ranking, value: number) => Float64Array,
  confidence = 0.95,
): Bounds | null {
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  const variance = varianceOverGroups(ranking, influencesOf(ranking, value))
  return logitInterval(value, variance, groupsWithPositive(ranking) - 1, confidence)
}

function groupedInterval(
  metric: (targets: ArrayLike<number>, values: ArrayLike<number>) => number,
  influencesOf: (ranking: Ranking, value: number) => Float64Array,
): GroupedInterval {
  return (targets, values, groups, { confidence = 0.95 } = {}) =>
    influenceInterval(rank(targets, values, groups), metric(targets, values), influencesOf, confidence)
}

/** How many groups have a positive. */
export function groupsWithPositive({ targets, groups, groupCount }: Ranking): number {
  const has = new Uint8Array(groupCount)
  let count = 0
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] === 0 || has[groups[i]] === 1) continue
    has[groups[i]] = 1
    count++
  }
  return count
}
