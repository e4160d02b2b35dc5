/**
 * One-parameter calibration: divides the logits by the temperature that minimizes the log loss.
 *
 * Reference: Guo et al., "On Calibration of Modern Neural Networks", https://arxiv.org/abs/1706.04599, section 4.2.
 */
import { checkInputs } from '../check-inputs.ts'
import { cumulativeCounts, requireClasses } from '../cumulative-counts.ts'
import { sigmoid } from '../log-odds.ts'
import { MetricError } from '../metric-error.ts'

/** A fitted temperature, by which logits are divided. */
export interface TemperatureScaling {
  /** Above 1 the network was too sure of itself, below 1 not sure enough. */
  readonly temperature: number
  /** Calibrated probability, 0 to 1, of one logit. */
  readonly calibrate: (logit: number) => number
}

const lowestTemperature = 1e-3
const highestTemperature = 1e3

/**
 * Fits the temperature.
 *
 * @param targets 0 or 1, [N]
 * @param logits finite numbers, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `no-positives`, `no-negatives`; `no-minimum` where no
 * temperature from 0.001 to 1000 is best: for logits that separate the classes, that do not rank them at all, or that are all 0
 * @example
 * temperatureScaling([1, 0, 1, 0, 0], [4, -4, 4, 4, -4]).temperature // 2.885390081777927
 */
export function temperatureScaling(targets: ArrayLike<number>, logits: ArrayLike<number>): TemperatureScaling {
  checkInputs(targets, logits, 'logits')
  requireClasses(cumulativeCounts(targets, logits), 'temperatureScaling', 'both')
  // The log loss is convex in 1/T: its slope rises, so that bisection finds the only root.
  let low = Math.log(1 / highestTemperature)
  let high = Math.log(1 / lowestTemperature)
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (slope(targets, logits, Math.exp(middle)) <= 0) low = middle
    else high = middle
  }
  const temperature = Math.exp(-(low + high) / 2)
  if (temperature < 1.0001 * lowestTemperature || temperature > 0.9999 * highestTemperature) {
    throw new MetricError(
      'no-minimum',
      `Expected logits with a best temperature from ${lowestTemperature} to ${highestTemperature} but received logits ${temperature < 1 ? 'that separate the classes' : 'that do not go with the targets'}. Use plattScaling.`,
      { temperature },
    )
  }
  return { temperature, calibrate: (logit) => sigmoid(logit / temperature) }
}

/** Derivative of the summed log loss by the inverse temperature. */
function slope(targets: ArrayLike<number>, logits: ArrayLike<number>, inverseTemperature: number): number {
  let sum = 0 // the residual sigmoid - target is kept exact for large logits of positives
  for (let i = 0; i < targets.length; i++) {
    const scaled = logits[i] * inverseTemperature
    sum += targets[i] === 1 ? -sigmoid(-scaled) * logits[i] : sigmoid(scaled) * logits[i]
  }
  return sum
}
