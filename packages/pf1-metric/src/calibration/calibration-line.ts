/**
 * How far probabilities are off as a whole and how far they are spread: Cox's calibration intercept and slope.
 *
 * Reference: Cox, "Two further applications of a model for binary regression", 1958; Van Calster et al., "Calibration: the Achilles heel
 * of predictive analytics", 2019.
 */
import { checkInputs, checkOption } from '../check-inputs.ts'
import { cumulativeCounts, requireClasses } from '../cumulative-counts.ts'
import { type Figure, undefinedFigure } from '../figure.ts'
import { tQuantile } from '../intervals/quantiles.ts'
import { groupsWithPositive } from '../intervals/ratio-intervals.ts'
import type { ConfidenceOptions } from '../intervals/share-intervals.ts'
import { sigmoid } from '../log-odds.ts'
import { type Ranking, rank } from '../ranking.ts'
import { fitLogisticLine, type Line } from './logistic-line.ts'

/** Slope and intercept of the calibration, each with its interval. */
export interface CalibrationLine {
  /** Of the log-odds: below 1 probabilities are too extreme, above 1 not extreme enough. */
  readonly slope: Figure
  /** In the large, at a slope of 1: below 0 probabilities are too high, above 0 too low. */
  readonly intercept: Figure
}

/**
 * Calibration slope and intercept, each with an interval by the variance over groups (a sandwich, as statsmodels' `cov_type='cluster'`)
 * and a t quantile; null where the logits separate the classes.
 *
 * @param targets 0 or 1, [N]
 * @param logits log-odds of the probabilities, finite, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`, `no-positives`, `no-negatives`
 * @example
 * calibrationLine(targets, logits, patientIds).slope // { value: 0.81, low: 0.62, high: 1.0 }
 */
export function calibrationLine(
  targets: ArrayLike<number>,
  logits: ArrayLike<number>,
  groups: ArrayLike<string>,
  { confidence = 0.95 }: ConfidenceOptions = {},
): CalibrationLine {
  checkInputs(targets, logits, 'logits')
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
  requireClasses(cumulativeCounts(targets, logits), 'calibrationLine', 'both')
  const ranking = rank(targets, logits, groups)
  const line = isSeparated(ranking) ? null : fitLogisticLine(ranking.scores, ranking.targets)
  const shift = fitLogisticLine(ranking.scores, ranking.targets, 1)
  const spread = tQuantile(confidence, Math.max(1, groupsWithPositive(ranking) - 1))
  return {
    slope: line ? around(line.slope, spread * deviation(ranking, line, false)) : undefinedFigure,
    intercept: shift ? around(shift.intercept, spread * deviation(ranking, shift, true)) : undefinedFigure,
  }
}

/** Whether some score has all positives at or above it and all negatives at or below, or the other way round: every steeper line fits better. */
function isSeparated({ targets, scores }: Ranking): boolean {
  const ends = [0, 1].map((target) => {
    const ofClass = scores.filter((_, i) => targets[i] === target)
    return { highest: ofClass[0], lowest: ofClass[ofClass.length - 1] }
  })
  return ends[0].highest <= ends[1].lowest || ends[1].highest <= ends[0].lowest
}

function around(value: number, spread: number): Figure {
  return Number.isFinite(spread)
    ? { value, low: value - spread, high: value + spread }
    : { value, low: null, high: null }
}

/** Standard error over groups of the slope, or of the intercept where the slope is held. */
function deviation(
  { scores, targets, groups, groupCount }: Ranking,
  { slope, intercept }: Line,
  isHeld: boolean,
): number {
  const information = { slope: 0, cross: 0, intercept: 0 }
  const sums = { slope: new Float64Array(groupCount), intercept: new Float64Array(groupCount) }
  for (let i = 0; i < scores.length; i++) {
    const p = sigmoid(slope * scores[i] + intercept)
    const weight = p * (1 - p)
    information.slope += weight * scores[i] * scores[i]
    information.cross += weight * scores[i]
    information.intercept += weight
    sums.slope[groups[i]] += (targets[i] - p) * scores[i]
    sums.intercept[groups[i]] += targets[i] - p
  }
  const determinant = information.slope * information.intercept - information.cross ** 2
  let variance = 0
  for (let group = 0; group < groupCount; group++) {
    const move = isHeld
      ? sums.intercept[group] / information.intercept
      : (information.intercept * sums.slope[group] - information.cross * sums.intercept[group]) / determinant
    variance += move * move
  }
  const parameters = isHeld ? 1 : 2
  return Math.sqrt(variance * (groupCount / (groupCount - 1)) * ((scores.length - 1) / (scores.length - parameters)))
}
