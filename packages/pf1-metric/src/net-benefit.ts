/**
 * What calls are worth to somebody who would accept so many false alarms for a cancer: the decision curve.
 *
 * Reference: Vickers and Elkin, "Decision curve analysis: a novel method for evaluating prediction models", Medical Decision Making 26, 2006.
 */
import { checkInputs, checkOption } from './check-inputs.ts'

/** Net benefit at one threshold: a point of the decision curve. */
export interface NetBenefit {
  /** The probability from which a sample is called, which is also what a false alarm costs: t / (1 - t) of a true one. */
  readonly threshold: number
  /** True positives less the cost of false ones, per sample; 0 is what calling nobody is worth. */
  readonly model: number
  /** The same of calling everybody. */
  readonly callAll: number
}

/**
 * The net benefit at each threshold; it speaks of calibrated probabilities, and of the samples' own prevalence.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @param thresholds 0 to 1, 1 not included
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * netBenefit([1, 0, 0, 0], [0.6, 0.3, 0.1, 0.1], [0.2]) // [{ threshold: 0.2, model: 0.1875, callAll: 0.0625 }]
 */
export function netBenefit(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  thresholds: readonly number[],
): NetBenefit[] {
  checkInputs(targets, probabilities, 'probabilities')
  return thresholds.map((threshold) => {
    checkOption('thresholds', threshold, 0, 1 - Number.EPSILON)
    const cost = threshold / (1 - threshold)
    let [model, callAll] = [0, 0]
    for (let i = 0; i < targets.length; i++) {
      const worth = targets[i] === 1 ? 1 : -cost
      callAll += worth
      if (probabilities[i] >= threshold) model += worth
    }
    return { threshold, model: model / targets.length, callAll: callAll / targets.length }
  })
}
