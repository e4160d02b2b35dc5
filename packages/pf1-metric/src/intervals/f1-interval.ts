/**
 * Interval of the F1 of calls.
 *
 * Reference: Lam, Gopal and Qian, "Confidence Intervals for the F1 Score: A Comparison of Four Methods", 2023,
 * https://arxiv.org/abs/2309.14621, "Wilson indirect": F1 = 2 J / (1 + J) rises with the share J of true positives among all
 * that are positive or called so, which is a share of counts.
 */
import { checkInputs } from '../check-inputs.ts'
import { checkGroups, type Groups, numberGroups } from '../ranking.ts'
import { effectiveCounts } from './effective-counts.ts'
import { type Bounds, type ConfidenceOptions, wilson } from './share-intervals.ts'

/**
 * The interval by Wilson's of J, with the counts of as many independent samples as the groups are worth; null without a positive.
 *
 * @param targets 0 or 1, [N]
 * @param calls 1 where a sample is called positive, else 0, [N]
 * @param groups the patient of each sample, by name or by number of `numberGroups`, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * f1Interval([1, 1, 0, 0], [1, 1, 1, 0], ['a', 'b', 'c', 'd']) // { low: 0.344, high: 0.967 }
 */
export function f1Interval(
  targets: ArrayLike<number>,
  calls: ArrayLike<number>,
  groups: Groups,
  options: ConfidenceOptions = {},
): Bounds | null {
  checkInputs(targets, calls, 'probabilities')
  checkGroups(targets, groups)
  const { numbers } = numberGroups(groups)
  const found = new Uint8Array(targets.length)
  const foundOf = new Uint32Array(targets.length)
  let count = 0
  let positives = 0
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] === 0 && calls[i] !== 1) continue
    positives += targets[i]
    found[count] = targets[i] === 1 && calls[i] === 1 ? 1 : 0
    foundOf[count++] = numbers[i]
  }
  if (positives === 0) return null
  const { successes, trials } = effectiveCounts(found.subarray(0, count), foundOf.subarray(0, count))
  const { low, high } = wilson(successes, trials, options)
  return { low: (2 * low) / (1 + low), high: (2 * high) / (1 + high) }
}
