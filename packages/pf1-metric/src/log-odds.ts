/** Between log-odds and probabilities. */
import { MetricError } from './metric-error.ts'

/** The probability of log-odds. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/**
 * Log-odds of a probability; certainties are taken one float32 step from 0 and 1.
 *
 * @throws MetricError `bad-value`
 */
export function logOdds(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    const message = `Expected a number from 0 to 1 for the probability but received ${probability}. Pass a probability.`
    throw new MetricError('bad-value', message, { value: probability })
  }
  const p = Math.min(Math.max(probability, 2 ** -24), 1 - 2 ** -24)
  return Math.log(p / (1 - p))
}
