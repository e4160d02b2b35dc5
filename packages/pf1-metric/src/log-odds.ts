/** Between log-odds and probabilities. */

/** The probability of log-odds. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/** Log-odds of a probability, 0 to 1; certainties are taken one float32 step from 0 and 1. */
export function logOdds(probability: number): number {
  const p = Math.min(Math.max(probability, 2 ** -24), 1 - 2 ** -24)
  return Math.log(p / (1 - p))
}
