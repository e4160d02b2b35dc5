/**
 * Calibration by a line in log-odds, whose targets are moved away from 0 and 1, so that separable classes have a finite one too.
 *
 * Reference: Platt, "Probabilistic Outputs for Support Vector Machines", 1999, section 2.2; as scikit-learn's `CalibratedClassifierCV`
 * with `method='sigmoid'`.
 */
import { checkInputs } from '../check-inputs.ts'
import { cumulativeCounts, requireClasses } from '../cumulative-counts.ts'
import { sigmoid } from '../log-odds.ts'
import { fitLogisticLine, type Line } from './logistic-line.ts'

/** A fitted line from logits to log-odds. */
export interface PlattScaling extends Line {
  /** Calibrated probability, 0 to 1, of one logit. */
  readonly calibrate: (logit: number) => number
}

/**
 * Fits slope and intercept by which logits become calibrated log-odds. A slope of 0 or less means that higher logits do not go with more
 * positives: there is nothing to calibrate.
 *
 * @param targets 0 or 1, [N]
 * @param logits finite numbers, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `no-positives`, `no-negatives`
 * @example
 * plattScaling([1, 0, 1, 0, 0], [4, -4, 4, 4, -4]).calibrate(4) // 0.57
 */
export function plattScaling(targets: ArrayLike<number>, logits: ArrayLike<number>): PlattScaling {
  checkInputs(targets, logits, 'logits')
  const counts = cumulativeCounts(targets, logits)
  requireClasses(counts, 'plattScaling', 'both')
  const positive = (counts.positives + 1) / (counts.positives + 2)
  const negative = 1 / (counts.negatives + 2)
  const soft = Float64Array.from(targets, (target) => (target === 1 ? positive : negative))
  // Its loss rises on both sides of every line, so that the best one is finite.
  const { slope, intercept } = fitLogisticLine(logits, soft)!
  return { slope, intercept, calibrate: (logit) => sigmoid(slope * logit + intercept) }
}
