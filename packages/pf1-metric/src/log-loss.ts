import { checkInputs } from './check-inputs.ts'

/**
 * Mean negative log-likelihood of the targets, 0 or more; probabilities are held one double's step away from 0 and 1, as by scikit-learn.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`
 * @example
 * logLoss([1, 0], [0.8, 0.4]) // 0.367
 */
export function logLoss(targets: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkInputs(targets, probabilities, 'probabilities')
  let sum = 0
  for (let i = 0; i < targets.length; i++) sum += logLossOf(targets[i], probabilities[i])
  return sum / targets.length
}

/** Of one sample. */
export function logLossOf(target: number, probability: number): number {
  const p = Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON)
  return -Math.log(target === 1 ? p : 1 - p)
}
