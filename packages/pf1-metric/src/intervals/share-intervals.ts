/**
 * Intervals of a share, as sensitivity is one: successes of trials.
 *
 * References: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", 1934;
 * Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 */
import { checkOption } from '../check-inputs.ts'
import { inverseIncompleteBeta } from './incomplete-beta.ts'
import { normalQuantile } from './quantiles.ts'

/** Coverage of an interval. */
export interface ConfidenceOptions {
  /** Coverage of the interval, between 0 and 1. @default 0.95 */
  readonly confidence?: number
}

/** Ends of an interval. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * The exact interval: it covers the true share with at least the stated chance, whatever the share is.
 *
 * @param successes 0 to `trials`; effective counts need not be whole
 * @param trials above 0
 * @throws MetricError `bad-option`
 * @example
 * clopperPearson(40, 40) // { low: 0.9119, high: 1 }
 */
export function clopperPearson(
  successes: number,
  trials: number,
  { confidence = 0.95 }: ConfidenceOptions = {},
): Bounds {
  checkCounts(successes, trials, confidence)
  const tail = (1 - confidence) / 2
  const failures = trials - successes
  return {
    low: successes === 0 ? 0 : inverseIncompleteBeta(tail, successes, failures + 1),
    high: failures === 0 ? 1 : 1 - inverseIncompleteBeta(tail, failures, successes + 1),
  }
}

/**
 * The score interval: it covers the true share with the stated chance on average over shares, and is the shorter one.
 *
 * @param successes 0 to `trials`; effective counts need not be whole
 * @param trials above 0
 * @throws MetricError `bad-option`
 * @example
 * wilson(40, 40) // { low: 0.9124, high: 1 }
 */
export function wilson(successes: number, trials: number, { confidence = 0.95 }: ConfidenceOptions = {}): Bounds {
  checkCounts(successes, trials, confidence)
  const z = normalQuantile(confidence)
  const share = successes / trials
  const center = share + (z * z) / (2 * trials)
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  const shrink = 1 + (z * z) / trials
  return {
    low: successes === 0 ? 0 : Math.max(0, (center - spread) / shrink),
    high: successes === trials ? 1 : Math.min(1, (center + spread) / shrink),
  }
}

function checkCounts(successes: number, trials: number, confidence: number): void {
  checkOption('trials', trials, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER)
  checkOption('successes', successes, 0, trials)
  checkOption('confidence', confidence, Number.EPSILON, 1 - Number.EPSILON)
}
