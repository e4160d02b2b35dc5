/** Quantiles of the normal distribution and of Student's t, both symmetric about 0. */
import { inverseIncompleteBeta } from './incomplete-beta.ts'

/** The value that a standard normal variable exceeds in size with chance 1 - `confidence`: 1.96 for 0.95. */
export function normalQuantile(confidence: number): number {
  let z = 0
  for (let step = 0; step < 100; step++) {
    const density = Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI)
    // From below and concave, so that Newton's steps only rise.
    const next = z + (confidence - centralShare(z)) / density
    if (!(next > z)) break
    z = next
  }
  return z
}

/**
 * The value that Student's t with `degrees` of freedom, whole or not, exceeds in size with chance 1 - `confidence`.
 *
 * @example
 * tQuantile(0.95, 14) // 2.145
 */
export function tQuantile(confidence: number, degrees: number): number {
  const share = inverseIncompleteBeta(confidence, 0.5, degrees / 2)
  return Math.sqrt((degrees * share) / (1 - share))
}

/** The chance that a standard normal variable exceeds `z` >= 0 in size: far out by Laplace's continued fraction, where 1 minus the rest has no digits left. */
export function normalTails(z: number): number {
  if (Number.isNaN(z)) return Number.NaN
  if (z < 3) return 1 - centralShare(z)
  let fraction = 0
  for (let k = 200; k > 0; k--) fraction = k / (z + fraction)
  return (Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI)) / (z + fraction)
}

/** The chance that a standard normal variable is at most `z` in size: the series of G. Marsaglia, "Evaluating the Normal Distribution", 2004. */
function centralShare(z: number): number {
  let term = z
  let sum = z
  for (let i = 3; term > sum * 1e-17; i += 2) {
    term *= (z * z) / i
    sum += term
  }
  return sum * Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI)
}
