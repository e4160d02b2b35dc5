import { checkInputs } from './check-inputs.ts'

/**
 * Mean squared difference between probability and target: 0 (best) to 1.
 *
 * Reference: Brier, "Verification of forecasts expressed in terms of probability", 1950, in its binary form.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`
 * @example
 * brierScore([1, 0], [0.8, 0.4]) // 0.1
 */
export function brierScore(targets: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkInputs(targets, probabilities, 'probabilities')
  let sum = 0
  for (let i = 0; i < targets.length; i++) sum += (probabilities[i] - targets[i]) ** 2
  return sum / targets.length
}
