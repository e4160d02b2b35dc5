/**
 * Receiver operating characteristic; ties, points and thresholds as in scikit-learn's `roc_curve` and `roc_auc_score`.
 */
import { checkInputs, checkOption } from './check-inputs.ts'
import { type CumulativeCounts, cumulativeCounts, requireClasses } from './cumulative-counts.ts'

/** False and true positive rate at each threshold. */
export interface RocCurve {
  readonly falsePositiveRate: Float64Array
  readonly truePositiveRate: Float64Array
  /** Falling; the first is Infinity, where nobody is positive. */
  readonly thresholds: Float64Array
}

/**
 * The curve from (0, 0) to (1, 1), with a point at every distinct score.
 *
 * @param targets 0 or 1, [N]
 * @param scores any finite numbers, higher for positives, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `no-positives`, `no-negatives`
 * @example
 * rocCurve([0, 1], [0.2, 0.7]).truePositiveRate // Float64Array [0, 1, 1]
 */
export function rocCurve(targets: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const counts = countBothClasses(targets, scores, 'rocCurve')
  return {
    falsePositiveRate: startingWith(0, counts.falsePositives, counts.negatives),
    truePositiveRate: startingWith(0, counts.truePositives, counts.positives),
    thresholds: startingWith(Number.POSITIVE_INFINITY, counts.thresholds, 1),
  }
}

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counted as half.
 *
 * @throws MetricError as `rocCurve`
 * @example
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // 0.75
 */
export function rocAuc(targets: ArrayLike<number>, scores: ArrayLike<number>): number {
  return areaOf(countBothClasses(targets, scores, 'rocAuc'))
}

/** The same of counts that have both classes. */
export function areaOf({ truePositives, falsePositives, positives, negatives }: CumulativeCounts): number {
  let doubledArea = 0 // in units of one positive times one negative, exact in integers
  for (let i = 0; i < truePositives.length; i++) {
    const previousTrue = i === 0 ? 0 : truePositives[i - 1]
    const previousFalse = i === 0 ? 0 : falsePositives[i - 1]
    doubledArea += (falsePositives[i] - previousFalse) * (truePositives[i] + previousTrue)
  }
  return doubledArea / 2 / positives / negatives
}

/** Sensitivity and specificity at one threshold. */
export interface OperatingPoint {
  readonly sensitivity: number
  readonly specificity: number
  /** A score at or above it counts as positive; Infinity where nobody may be positive. */
  readonly threshold: number
}

/**
 * The operating point with the highest sensitivity among those whose specificity is at least `minimum`.
 *
 * @param minimum 0 to 1
 * @throws MetricError as `rocCurve`, `bad-option`
 * @example
 * sensitivityAtSpecificity([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.95) // { sensitivity: 0.5, specificity: 1, threshold: 0.8 }
 */
export function sensitivityAtSpecificity(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  minimum: number,
): OperatingPoint {
  checkOption('minimum', minimum, 0, 1)
  return sensitivityOf(countBothClasses(targets, scores, 'sensitivityAtSpecificity'), minimum)
}

/** The same of counts that have both classes. */
export function sensitivityOf(counts: CumulativeCounts, minimum: number): OperatingPoint {
  let point: OperatingPoint = { sensitivity: 0, specificity: 1, threshold: Number.POSITIVE_INFINITY }
  for (let i = 0; i < counts.thresholds.length; i++) {
    const specificity = (counts.negatives - counts.falsePositives[i]) / counts.negatives
    if (specificity < minimum) break
    const sensitivity = counts.truePositives[i] / counts.positives
    if (sensitivity > point.sensitivity) point = { sensitivity, specificity, threshold: counts.thresholds[i] }
  }
  return point
}

function countBothClasses(targets: ArrayLike<number>, scores: ArrayLike<number>, statistic: string): CumulativeCounts {
  checkInputs(targets, scores, 'scores')
  const counts = cumulativeCounts(targets, scores)
  requireClasses(counts, statistic, 'both')
  return counts
}

function startingWith(first: number, values: ArrayLike<number>, divisor: number): Float64Array {
  return Float64Array.from({ length: values.length + 1 }, (_, i) => (i === 0 ? first : values[i - 1] / divisor))
}
