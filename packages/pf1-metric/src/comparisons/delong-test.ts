/**
 * Whether one score ranks better than another, by the variance of the difference of two correlated ROC areas.
 *
 * References: DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating characteristic
 * curves", Biometrics 44, 1988, 837-845; for clustered samples Obuchowski, Biometrics 53, 1997, 567-578.
 */
import { checkInputs, checkOption } from '../check-inputs.ts'
import { normalQuantile, normalTails } from '../intervals/quantiles.ts'
import { clusteredVariance, structuralComponents } from '../intervals/roc-auc-interval.ts'
import type { ConfidenceOptions } from '../intervals/share-intervals.ts'
import { checkGroups, rank } from '../ranking.ts'
import { rocAuc } from '../roc.ts'

/** An area under the ROC curve and its variance over groups. */
export interface DeLongVariance {
  readonly value: number
  /** NaN where fewer than two groups have a positive, or a negative. */
  readonly variance: number
}

/** Difference of two areas under the ROC curve of the same samples, and its test. */
export interface DeLongTest {
  /** The first scores' area minus the second's. */
  readonly value: number
  readonly standardError: number
  /** 0 / 0, without a difference and a variance, is 0. */
  readonly z: number
  /** Two-sided. */
  readonly pValue: number
  /** Of the difference. */
  readonly low: number
  readonly high: number
}

/**
 * The ROC area and its variance.
 *
 * @param targets 0 or 1, [N]
 * @param scores any finite numbers, [N]
 * @param groups the patient of each, [N]; each sample by itself where there are none, as DeLong has it
 * @throws MetricError as `rocAuc`, `length-mismatch`
 * @example
 * deLongVariance([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // { value: 0.75, variance: 0.125 }
 */
export function deLongVariance(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  groups: ArrayLike<string> = eachAlone(targets),
): DeLongVariance {
  checkGroups(targets, groups)
  const value = rocAuc(targets, scores)
  return { value, variance: clusteredVariance(targets, componentsOf(targets, scores), value, groups) }
}

/**
 * The test of two scores of the same samples, with the interval of their difference.
 *
 * @param first any finite numbers, [N]
 * @param second any finite numbers, on another scale perhaps, [N]
 * @param groups as in `deLongVariance`
 * @throws MetricError as `rocAuc`, `length-mismatch`, `bad-option`
 * @example
 * deLongTest(targets, probabilities, ages, patientIds) // { value: 0.09, standardError: 0.04, z: 2.2, pValue: 0.03, low: 0.01, high: 0.17 }
 */
export function deLongTest(
  targets: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  groups: ArrayLike<string> = eachAlone(targets),
  { confidence = 0.95 }: ConfidenceOptions = {},
): DeLongTest {
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  checkGroups(targets, groups)
  const value = rocAuc(targets, first) - rocAuc(targets, second)
  const other = componentsOf(targets, second)
  const differences = componentsOf(targets, first).map((component, i) => component - other[i])
  const standardError = Math.sqrt(clusteredVariance(targets, differences, value, groups))
  const z = value === 0 && standardError === 0 ? 0 : value / standardError
  const spread = normalQuantile(confidence) * standardError
  return { value, standardError, z, pValue: normalTails(Math.abs(z)), low: value - spread, high: value + spread }
}

/** In the order of the samples. */
function componentsOf(targets: ArrayLike<number>, scores: ArrayLike<number>): Float64Array {
  checkInputs(targets, scores, 'scores')
  const ranking = rank(targets, scores, eachAlone(targets))
  const ordered = structuralComponents(ranking)
  const components = new Float64Array(ordered.length)
  for (let i = 0; i < ordered.length; i++) components[ranking.groups[i]] = ordered[i]
  return components
}

function eachAlone(targets: ArrayLike<number>): string[] {
  return Array.from(targets, (_, i) => `${i}`)
}
