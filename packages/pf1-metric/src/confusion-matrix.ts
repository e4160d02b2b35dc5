import { checkInputs, checkOption } from './check-inputs.ts'

/** How many samples of each class are called positive and negative. */
export interface ConfusionMatrix {
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

/**
 * Counts the four outcomes when a probability at or above `threshold` is positive.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @param threshold 0 to 1
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * confusionMatrix([1, 0], [0.8, 0.3], 0.5) // { truePositives: 1, falsePositives: 0, trueNegatives: 1, falseNegatives: 0 }
 */
export function confusionMatrix(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
): ConfusionMatrix {
  checkOption('threshold', threshold, 0, 1)
  checkInputs(targets, probabilities, 'probabilities')
  const matrix = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  for (let i = 0; i < targets.length; i++) {
    const positive = probabilities[i] >= threshold
    if (targets[i] === 1) matrix[positive ? 'truePositives' : 'falseNegatives']++
    else matrix[positive ? 'falsePositives' : 'trueNegatives']++
  }
  return matrix
}
