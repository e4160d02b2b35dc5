import { checkOption } from '../check-inputs.ts'
import { logLoss, logLossOf } from '../log-loss.ts'
import { type Ranking, rank } from '../ranking.ts'
import { varianceOverGroups } from './influences.ts'
import { tQuantile } from './quantiles.ts'
import { groupsWithPositive } from './ratio-intervals.ts'
import type { Bounds, ConfidenceOptions } from './share-intervals.ts'

/**
 * Interval of the log loss: of its logarithm, by the variance over groups and a t quantile with the degrees of freedom of the groups with a
 * positive; null where fewer than five have one.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError as `logLoss`, `length-mismatch`, `bad-option`
 * @example
 * logLossInterval(targets, probabilities, patientIds) // { low: 0.11, high: 0.17 }
 */
export function logLossInterval(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  groups: ArrayLike<string>,
  { confidence = 0.95 }: ConfidenceOptions = {},
): Bounds | null {
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  return logLossIntervalOf(rank(targets, probabilities, groups), logLoss(targets, probabilities), confidence)
}

/** The same of a ranking and its log loss. */
export function logLossIntervalOf(ranking: Ranking, value: number, confidence = 0.95): Bounds | null {
  const { targets, scores } = ranking
  const influences = scores.map((score, i) => (logLossOf(targets[i], score) - value) / scores.length)
  const variance = varianceOverGroups(ranking, influences)
  const degrees = groupsWithPositive(ranking) - 1
  if (!(value > 0 && variance > 0 && degrees >= 4)) return null
  const factor = Math.exp((tQuantile(confidence, degrees) * Math.sqrt(variance)) / value)
  return { low: value / factor, high: value * factor }
}
