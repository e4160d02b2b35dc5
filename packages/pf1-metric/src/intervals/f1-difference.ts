/** Whether one set of calls has a better F1 than another of the same samples: both are counted in the same resamples of patients. */
import { createRandom } from '@mammokit/seeded-random'
import { quantile } from '../bootstrap-interval.ts'
import { checkInputs, checkOption } from '../check-inputs.ts'
import type { Figure } from '../figure.ts'
import { pfBeta } from '../pf-beta.ts'
import { checkGroups } from '../ranking.ts'
import type { ResampleOptions } from '../resampled-counts.ts'
import type { ConfidenceOptions } from './share-intervals.ts'

/**
 * The first calls' F1 minus the second's, with the middle 95 % of its resamples; an interval that holds 0 cannot tell them apart.
 *
 * @param targets 0 or 1, [N]
 * @param first 0 or 1, 1 where a sample is called positive, [N]
 * @param second the same, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * f1Difference([1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], ['a', 'b', 'c', 'd']) // { value: 0.5, low: 0, high: 1 }
 */
export function f1Difference(
  targets: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  groups: ArrayLike<string>,
  { resamples = 1000, seed = 13, confidence = 0.95 }: ResampleOptions & ConfidenceOptions = {},
): Figure {
  checkInputs(targets, first, 'probabilities')
  checkInputs(targets, second, 'probabilities')
  checkGroups(targets, groups)
  checkOption('resamples', resamples, 1, 1e7, true)
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  const value = pfBeta(targets, first) - pfBeta(targets, second)
  const { groupCount, counted } = countByGroup(targets, first, second, groups)
  const random = createRandom(seed, 'bootstrap')
  const weights = new Uint32Array(groupCount)
  const drawn = Float64Array.from({ length: resamples }, () => {
    weights.fill(0)
    for (let i = 0; i < groupCount; i++) weights[random.below(groupCount)]++
    const sums = [0, 0, 0, 0, 0]
    for (const { group, counts } of counted) for (let k = 0; k < 5; k++) sums[k] += weights[group] * counts[k]
    const [positives, firstFound, firstCalled, secondFound, secondCalled] = sums
    return f1(firstFound, firstCalled, positives) - f1(secondFound, secondCalled, positives)
  }).sort()
  return { value, low: quantile(drawn, (1 - confidence) / 2), high: quantile(drawn, (1 + confidence) / 2) }
}

/** Positives, then true positives and calls of both, of the groups that have any. */
function countByGroup(
  targets: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  groups: ArrayLike<string>,
) {
  const byGroup = new Map<string, number[]>()
  for (let i = 0; i < targets.length; i++) {
    const counts = byGroup.get(groups[i]) ?? [0, 0, 0, 0, 0]
    byGroup.set(groups[i], counts)
    counts[0] += targets[i]
    counts[1] += targets[i] * first[i]
    counts[2] += first[i]
    counts[3] += targets[i] * second[i]
    counts[4] += second[i]
  }
  const counted = [...byGroup.values()].map((counts, group) => ({ group, counts }))
  return { groupCount: byGroup.size, counted: counted.filter(({ counts }) => counts.some((count) => count > 0)) }
}

function f1(found: number, called: number, positives: number): number {
  return found === 0 ? 0 : (2 * found) / (called + positives)
}
