/**
 * Counts of as many independent trials as clustered ones are worth: the two breasts of a patient resemble each other.
 *
 * Reference: Rao and Scott, "A simple method for the analysis of clustered binary data", Biometrics 48, 1992, 577-585 (design
 * effect), which Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts
 * estimated from survey data", Survey Methodology 24, 1998, 193-201, put into Clopper and Pearson's interval.
 */
import { MetricError } from '../metric-error.ts'
import { type Groups, numberGroups } from '../ranking.ts'

/** Counts of independent samples that say as much as these clustered ones. */
export interface EffectiveCounts {
  readonly successes: number
  readonly trials: number
  /** By how much clusters widen the variance of the share: 1 without an effect. */
  readonly designEffect: number
}

/**
 * Divides counts by their design effect, which lies between 1 (no resemblance) and that of clusters whose members are all alike.
 *
 * Where all trials end alike nothing shows how much members resemble each other: they count as alike.
 *
 * @param outcomes 1 for a success and 0 for a failure, [N]
 * @param clusters which trials belong together, by name or by number of `numberGroups`, [N]
 * @throws MetricError `length-mismatch`, `empty`
 * @example
 * effectiveCounts([1, 1, 0, 0], ['a', 'a', 'b', 'b']) // { successes: 1, trials: 2, designEffect: 2 }
 */
export function effectiveCounts(outcomes: ArrayLike<number>, clusters: Groups): EffectiveCounts {
  checkLengths(outcomes, clusters)
  const trials = outcomes.length
  const { numbers, groupCount: count } = numberGroups(clusters)
  const successesOf = new Float64Array(count)
  const trialsOf = new Uint32Array(count)
  let successes = 0
  for (let i = 0; i < trials; i++) {
    successes += outcomes[i]
    successesOf[numbers[i]] += outcomes[i]
    trialsOf[numbers[i]]++
  }
  const share = successes / trials
  let deviations = 0
  let squaredSizes = 0
  for (let cluster = 0; cluster < count; cluster++) {
    deviations += (successesOf[cluster] - share * trialsOf[cluster]) ** 2
    squaredSizes += trialsOf[cluster] ** 2
  }
  const allAlike = squaredSizes / trials
  const estimated =
    share === 0 || share === 1 || count === 1
      ? allAlike
      : ((count / (count - 1)) * deviations) / (trials * share * (1 - share))
  const designEffect = Math.min(Math.max(estimated, 1), allAlike)
  return { successes: successes / designEffect, trials: trials / designEffect, designEffect }
}

function checkLengths(outcomes: ArrayLike<number>, clusters: Groups): void {
  if (outcomes.length !== clusters.length) {
    throw new MetricError(
      'length-mismatch',
      `Expected as many clusters as outcomes but received ${clusters.length} clusters and ${outcomes.length} outcomes. Pass one of each per trial.`,
      { outcomes: outcomes.length, clusters: clusters.length },
    )
  }
  if (outcomes.length === 0) {
    throw new MetricError('empty', 'Expected at least one trial but received none. Pass one outcome and one cluster.')
  }
}
