/** From probabilities of images to one of each breast, the unit that is scored. */
import {
  type AggregationMethod,
  aggregateByBreast,
  type BreastPrediction,
  type Calibration,
  calibrate,
  type ImagePrediction,
  logOdds,
} from '@mammokit/pf1-metric'

/** How a breast's images become one calibrated probability. */
export interface BreastOptions {
  /** How the images of a breast become one probability. @default 'mean' */
  readonly aggregation?: AggregationMethod
  /** Of the breast's probability, as pf1-metric fits it. @default none */
  readonly calibration?: Calibration
}

/**
 * Aggregates images by patient and laterality, then calibrates: a calibration is fitted on breasts.
 *
 * @throws MetricError `bad-value`, and for rows that contradict each other
 */
export function classifyBreasts(
  images: readonly ImagePrediction[],
  { aggregation = 'mean', calibration = { method: 'none' } }: BreastOptions = {},
): BreastPrediction[] {
  const breasts = aggregateByBreast(images, { method: aggregation })
  if (calibration.method === 'none') return breasts
  return breasts.map((breast) => ({ ...breast, probability: calibrateProbability(calibration, breast.probability) }))
}

/**
 * The calibrated probability of a breast's probability: for a threshold, too.
 *
 * @throws MetricError `bad-value`
 * @example
 * calibrateProbability({ method: 'platt', slope: 1, intercept: -1 }, 0.5) // 0.2689...
 */
export function calibrateProbability(calibration: Calibration, probability: number): number {
  return calibration.method === 'none' ? probability : calibrate(calibration, logOdds(probability))
}
