/** An interval that is symmetric in log-odds, so that it stays between 0 and 1 and is longer towards 0.5. */

import { tQuantile } from './quantiles.ts'
import type { Bounds } from './share-intervals.ts'

/**
 * The ends `value` minus and plus its deviation times a quantile of Student's t, both in log-odds (delta method).
 *
 * Null where nothing tells how sure the value is: at 0 and 1, and without a variance or degrees of freedom.
 */
export function logitInterval(value: number, variance: number, degrees: number, confidence: number): Bounds | null {
  if (!(value > 0 && value < 1 && variance > 0 && degrees > 0)) return null
  const logit = Math.log(value / (1 - value))
  const spread = (tQuantile(confidence, degrees) * Math.sqrt(variance)) / (value * (1 - value))
  const bounds = { low: 1 / (1 + Math.exp(spread - logit)), high: 1 / (1 + Math.exp(-spread - logit)) }
  return bounds.low < bounds.high ? bounds : null
}
