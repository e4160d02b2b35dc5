/** Whether one set of calls has a better F1 than others of the same samples: all are counted in the same resamples of patients. */
import { quantile } from '../bootstrap-interval.ts'
import { checkInputs, checkOption } from '../check-inputs.ts'
import type { Figure } from '../figure.ts'
import { pfBeta } from '../pf-beta.ts'
import { checkGroups, numberGroups } from '../ranking.ts'
import { type ResampleOptions, resampledWeights } from '../resampled-counts.ts'
import type { ConfidenceOptions } from './share-intervals.ts'

/**
 * The calls' F1 minus that of each other set of calls, with the middle 95 % of its resamples; an interval that holds 0 cannot tell the two
 * apart.
 *
 * @param targets 0 or 1, [N]
 * @param calls 0 or 1, 1 where a sample is called positive, [N]
 * @param others sets of the same, each [N]
 * @param groups the patient of each, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * f1Differences([1, 1, 0, 0], [1, 1, 0, 0], [[1, 0, 1, 0]], ['a', 'b', 'c', 'd']) // [{ value: 0.5, low: 0, high: 1 }]
 */
export function f1Differences(
  targets: ArrayLike<number>,
  calls: ArrayLike<number>,
  others: readonly ArrayLike<number>[],
  groups: ArrayLike<string>,
  { resamples = 1000, seed = 13, confidence = 0.95 }: ResampleOptions & ConfidenceOptions = {},
): Figure[] {
  const sets = [calls, ...others]
  for (const set of sets) checkInputs(targets, set, 'probabilities')
  checkGroups(targets, groups)
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  const { numbers, groupCount } = numberGroups(groups)
  const positives = sumByGroup(numbers, groupCount, targets)
  const counts = sets.map((set) => ({
    found: sumByGroup(
      numbers,
      groupCount,
      Float64Array.from(set, (call, i) => call * targets[i]),
    ),
    called: sumByGroup(numbers, groupCount, set),
  }))
  const drawn: number[][] = others.map(() => [])
  for (const weights of resampledWeights(groupCount, { resamples, seed })) {
    const all = weigh(positives, weights)
    const [first, ...rest] = counts.map(({ found, called }) => f1(weigh(found, weights), weigh(called, weights), all))
    for (const [other, score] of rest.entries()) drawn[other].push(first - score)
  }
  const score = pfBeta(targets, calls)
  return drawn.map((unsorted, other) => {
    const differences = Float64Array.from(unsorted).sort()
    return {
      value: score - pfBeta(targets, others[other]),
      low: quantile(differences, (1 - confidence) / 2),
      high: quantile(differences, (1 + confidence) / 2),
    }
  })
}

/** The groups whose sum is not 0, which are few, and their sums. */
interface Sums {
  readonly groups: Uint32Array
  readonly sums: Float64Array
}

function sumByGroup(numbers: Uint32Array, groupCount: number, values: ArrayLike<number>): Sums {
  const all = new Float64Array(groupCount)
  for (let i = 0; i < numbers.length; i++) all[numbers[i]] += values[i]
  const groups = Uint32Array.from(all.keys()).filter((group) => all[group] !== 0)
  return { groups, sums: Float64Array.from(groups, (group) => all[group]) }
}

function weigh({ groups, sums }: Sums, weights: Uint32Array): number {
  let sum = 0
  for (let i = 0; i < groups.length; i++) sum += weights[groups[i]] * sums[i]
  return sum
}

function f1(found: number, called: number, positives: number): number {
  return found === 0 ? 0 : (2 * found) / (called + positives)
}
