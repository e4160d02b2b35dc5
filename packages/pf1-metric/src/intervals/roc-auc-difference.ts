/** Whether one score ranks better than another: the ROC areas of both in the same resamples of patients. */
import { quantile } from '../bootstrap-interval.ts'
import { checkOption } from '../check-inputs.ts'
import type { Figure } from '../figure.ts'
import { rank } from '../ranking.ts'
import { type ResampleOptions, resampledWeights } from '../resampled-counts.ts'
import { rocAuc } from '../roc.ts'
import { areaWeigher, classWeigher } from '../weighted-figures.ts'
import type { ConfidenceOptions } from './share-intervals.ts'

/**
 * The first scores' ROC area minus the second's, with the middle 95 % of its resamples; no interval where most of them lack a class.
 *
 * @param targets 0 or 1, [N]
 * @param first any finite numbers, [N]
 * @param second any finite numbers, on another scale perhaps, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError as `rocAuc`, `bad-option`
 * @example
 * rocAucDifference(targets, probabilities, ages, patientIds) // { value: 0.12, low: 0.04, high: 0.2 }
 */
export function rocAucDifference(
  targets: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  groups: ArrayLike<string>,
  { resamples = 1000, seed = 13, confidence = 0.95 }: ResampleOptions & ConfidenceOptions = {},
): Figure {
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  const value = rocAuc(targets, first) - rocAuc(targets, second)
  const rankings = [rank(targets, first, groups), rank(targets, second, groups)]
  const { groupCount } = rankings[0]
  const weigh = classWeigher(rankings[0])
  const areas = rankings.map(areaWeigher)
  const drawn: number[] = []
  // Groups are numbered by first appearance in the samples, so that both rankings draw the same patients.
  for (const weights of resampledWeights(groupCount, { resamples, seed })) {
    const classes = weigh(weights)
    if (classes.positives === 0 || classes.negatives === 0) continue
    const [one, other] = areas.map((areaOf) => areaOf(weights, classes))
    drawn.push(one - other)
  }
  if (drawn.length * 2 < resamples) return { value, low: null, high: null }
  const sorted = Float64Array.from(drawn).sort()
  return { value, low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) }
}
