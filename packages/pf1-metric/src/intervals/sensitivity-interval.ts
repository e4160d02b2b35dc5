/**
 * Interval of the sensitivity at a fixed specificity: the threshold is an estimate too, so each resample finds its own.
 *
 * Reference: Zhou and Qin, "Improved interval estimation for the sensitivity at the fixed level of specificity of a continuous-scale
 * diagnostic test", Statistics in Medicine 24, 2005: the variance by a bootstrap, around a share that is drawn from 0 and 1. Here
 * that variance says how many independent positives the sensitivity is worth, and Wilson's interval is theirs, which has a width
 * at 0 and 1 as well.
 */
import { type Ranking, rank } from '../ranking.ts'
import { type ResampleOptions, resampledWeights } from '../resampled-counts.ts'
import { sensitivityAtSpecificity } from '../roc.ts'
import { classWeigher, weightedSensitivity } from '../weighted-figures.ts'
import { groupsWithPositive } from './ratio-intervals.ts'
import { type Bounds, type ConfidenceOptions, wilson } from './share-intervals.ts'

/** Options of an interval that is made by resampling. */
export interface ResampledIntervalOptions extends ResampleOptions, ConfidenceOptions {
  /** Called after every resample, and awaited: to show progress, let other work run, or stop by throwing. @default nothing */
  readonly onResample?: (() => Promise<void> | undefined) | undefined
}

/**
 * The interval of `sensitivityAtSpecificity`; null where most resamples lack a class.
 *
 * @param minimum specificity, 0 to 1
 * @throws MetricError as `sensitivityAtSpecificity`, `length-mismatch`, `bad-option`
 * @example
 * await sensitivityAtSpecificityInterval(targets, probabilities, patientIds, 0.95) // { low: 0.61, high: 0.88 }
 */
export async function sensitivityAtSpecificityInterval(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  groups: ArrayLike<string>,
  minimum: number,
  options: ResampledIntervalOptions = {},
): Promise<Bounds | null> {
  const { sensitivity } = sensitivityAtSpecificity(targets, scores, minimum)
  return sensitivityIntervalOf(rank(targets, scores, groups), sensitivity, minimum, options)
}

/** The same of a ranking and its sensitivity. */
export async function sensitivityIntervalOf(
  ranking: Ranking,
  sensitivity: number,
  minimum: number,
  { resamples = 1000, seed, confidence = 0.95, onResample }: ResampledIntervalOptions = {},
): Promise<Bounds | null> {
  const drawn: number[] = []
  const weigh = classWeigher(ranking)
  for (const weights of resampledWeights(ranking.groupCount, { resamples, seed })) {
    const classes = weigh(weights)
    if (classes.positives > 0 && classes.negatives > 0) {
      drawn.push(weightedSensitivity(ranking, weights, classes, minimum))
    }
    if (onResample) await onResample()
  }
  if (drawn.length * 2 < resamples) return null
  const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
  const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, drawn.length - 1)
  const independent = groupsWithPositive(ranking)
  // Agresti and Coull's share: that of the sample has no variance at 0 and 1.
  const share = (sensitivity * independent + 2) / (independent + 4)
  const trials = Math.min(independent, (share * (1 - share)) / variance)
  return wilson(Math.min(sensitivity * trials, trials), trials, { confidence })
}
