/**
 * Probabilistic F-score: an F-score whose true and false positives are sums of probabilities.
 *
 * Reference: Yacouby and Axman, "Probabilistic Extension of Precision, Recall, and F1 Score for More Thorough Evaluation of
 * Classification Models", 2020, https://aclanthology.org/2020.eval4nlp-1.9, as used by the RSNA 2022 mammography competition.
 */
import { checkInputs, checkOption } from './check-inputs.ts'

/** Options of `pfBeta`. */
export interface PfBetaOptions {
  /** Weight of recall against precision, 0 or more. @default 1 */
  readonly beta?: number
  /** Values outside 0 to 1: an error, or clamped as the competition's metric does. @default 'error' */
  readonly outOfRange?: 'error' | 'clip'
}

/**
 * Scores probabilities against targets: 0 (worst) to 1, and 0 where precision or recall is 0 or undefined (no positives).
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * pfBeta([1, 0, 1, 0], [0.9, 0.2, 0.6, 0.1]) // 0.7894736842105263
 */
export function pfBeta(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { beta = 1, outOfRange = 'error' }: PfBetaOptions = {},
): number {
  checkOption('beta', beta, 0, Number.MAX_VALUE)
  checkInputs(targets, probabilities, 'probabilities', outOfRange === 'error')
  let positives = 0
  let truePositives = 0
  let falsePositives = 0
  for (let i = 0; i < targets.length; i++) {
    const probability = Math.min(Math.max(probabilities[i], 0), 1)
    if (targets[i] === 1) {
      positives++
      truePositives += probability
    } else {
      falsePositives += probability
    }
  }
  if (truePositives === 0) return 0
  // Precision times recall over their weighted sum, without the quotients: these vanish for the smallest probabilities.
  const weight = beta * beta
  return ((1 + weight) * truePositives) / (weight * positives + truePositives + falsePositives)
}
