import { checkInputs, checkOption } from '../check-inputs.ts'
import { cumulativeCounts, requireClasses } from '../cumulative-counts.ts'

/** Area under a part of the ROC curve. */
export interface PartialRocAuc {
  /** Below the curve up to the false positive rate. */
  readonly area: number
  /** 0.5 by chance and 1 at best: McClish, "Analyzing a portion of the ROC curve", Medical Decision Making 9, 1989; scikit-learn's `max_fpr`. */
  readonly standardized: number
}

/**
 * The part of the ROC area that lies at low false positive rates, where screening works.
 *
 * @param targets 0 or 1, [N]
 * @param scores any finite numbers, [N]
 * @param maxFalsePositiveRate above 0, to 1
 * @throws MetricError as `rocAuc`, `bad-option`
 * @example
 * partialRocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.5) // { area: 0.25, standardized: 0.667 }
 */
export function partialRocAuc(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  maxFalsePositiveRate: number,
): PartialRocAuc {
  checkOption('maxFalsePositiveRate', maxFalsePositiveRate, Number.MIN_VALUE, 1)
  checkInputs(targets, scores, 'scores')
  const counts = cumulativeCounts(targets, scores)
  requireClasses(counts, 'partialRocAuc', 'both')
  const { truePositives, falsePositives, positives, negatives } = counts
  let area = 0
  let [x, y] = [0, 0]
  for (let i = 0; i < truePositives.length && x < maxFalsePositiveRate; i++) {
    let [nextX, nextY] = [falsePositives[i] / negatives, truePositives[i] / positives]
    if (nextX > maxFalsePositiveRate) {
      nextY = y + ((nextY - y) * (maxFalsePositiveRate - x)) / (nextX - x)
      nextX = maxFalsePositiveRate
    }
    area += ((nextX - x) * (nextY + y)) / 2
    ;[x, y] = [nextX, nextY]
  }
  const least = maxFalsePositiveRate ** 2 / 2
  return { area, standardized: 0.5 * (1 + (area - least) / (maxFalsePositiveRate - least)) }
}
