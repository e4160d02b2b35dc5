/** Between logits and probabilities. */
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
