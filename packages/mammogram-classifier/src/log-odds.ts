/** Between logits and probabilities, and the calibration in between. */
import { ClassifierError } from './classifier-error.ts'

/** The probability of a logit. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/**
 * Log-odds of a probability; certainties are taken one float32 step from 0 and 1.
 *
 * @throws {ClassifierError} `bad-probability`
 */
export function logOdds(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    const message = `Expected a number from 0 to 1 for the probability but received ${probability}.`
    throw new ClassifierError('bad-probability', message, { probability })
  }
  const clipped = Math.min(Math.max(probability, 2 ** -24), 1 - 2 ** -24)
  return Math.log(clipped / (1 - clipped))
}

/**
 * The probability after temperature scaling: Guo et al., https://arxiv.org/abs/1706.04599, section 4.2.
 *
 * @param temperature above 1 takes probabilities towards 0.5, below 1 away from it
 * @throws {ClassifierError} `bad-probability`, `bad-temperature`
 * @example
 * withTemperature(0.9, 2) // 0.75
 */
export function withTemperature(probability: number, temperature: number): number {
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY)) {
    const message = `Expected a number above 0 for the temperature but received ${temperature}. Leave probabilities as they are with 1.`
    throw new ClassifierError('bad-temperature', message, { temperature })
  }
  return sigmoid(logOdds(probability) / temperature)
}
