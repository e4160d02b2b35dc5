/**
 * Precision and recall over all thresholds; ties and end points as in scikit-learn's `precision_recall_curve` and
 * `average_precision_score`.
 */
import { checkInputs } from './check-inputs.ts'
import { type CumulativeCounts, cumulativeCounts, requireClasses } from './cumulative-counts.ts'

/** Precision and recall at each threshold, in scikit-learn's order. */
export interface PrecisionRecallCurve {
  /** One longer than `thresholds`: ends with the point (recall 0, precision 1). */
  readonly precision: Float64Array
  readonly recall: Float64Array
  /** Rising, distinct. */
  readonly thresholds: Float64Array
}

/**
 * The curve with a point at every distinct score, thresholds rising.
 *
 * @param targets 0 or 1, [N]
 * @param scores any finite numbers, higher for positives, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `no-positives`
 * @example
 * precisionRecallCurve([0, 1], [0.2, 0.7]).precision // Float64Array [0.5, 1, 1]
 */
export function precisionRecallCurve(targets: ArrayLike<number>, scores: ArrayLike<number>): PrecisionRecallCurve {
  const counts = count(targets, scores, 'precisionRecallCurve')
  const entries = counts.thresholds.length
  const precision = new Float64Array(entries + 1).fill(1)
  const recall = new Float64Array(entries + 1)
  for (let i = 0; i < entries; i++) {
    const from = entries - 1 - i
    precision[i] = counts.truePositives[from] / (counts.truePositives[from] + counts.falsePositives[from])
    recall[i] = counts.truePositives[from] / counts.positives
  }
  return { precision, recall, thresholds: counts.thresholds.slice().reverse() }
}

/**
 * Average precision: precision weighted by the gain in recall, without interpolation.
 *
 * @throws MetricError as `precisionRecallCurve`
 * @example
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) // 0.8333333333333333
 */
export function averagePrecision(targets: ArrayLike<number>, scores: ArrayLike<number>): number {
  return averagePrecisionOf(count(targets, scores, 'averagePrecision'))
}

/** The same of counts that have a positive. */
export function averagePrecisionOf({ truePositives, falsePositives, positives }: CumulativeCounts): number {
  let area = 0
  for (let i = 0; i < truePositives.length; i++) {
    const gained = truePositives[i] - (i === 0 ? 0 : truePositives[i - 1])
    area += (gained / positives) * (truePositives[i] / (truePositives[i] + falsePositives[i]))
  }
  return area
}

function count(targets: ArrayLike<number>, scores: ArrayLike<number>, statistic: string): CumulativeCounts {
  checkInputs(targets, scores, 'scores')
  const counts = cumulativeCounts(targets, scores)
  requireClasses(counts, statistic, 'positives')
  return counts
}
