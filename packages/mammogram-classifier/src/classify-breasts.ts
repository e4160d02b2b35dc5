/** From probabilities of images to one of each breast, the unit that is scored. */
import {
  type AggregationMethod,
  aggregateByBreast,
  type BreastPrediction,
  type Calibration,
  calibrate,
  type ImagePrediction,
} from '@mammokit/pf1-metric'
import { logOdds } from './log-odds.ts'

export interface BreastOptions {
  /** How the images of a breast become one probability. @default 'mean' */
  readonly aggregation?: AggregationMethod
  /** Of the breast's probability, as pf1-metric fits it. @default none */
  readonly calibration?: Calibration
}

/**
 * Aggregates images by patient and laterality, then calibrates: a calibration is fitted on breasts.
 *
 * @throws {ClassifierError} `bad-probability`; MetricError for rows that contradict each other
 */
export function classifyBreasts(
  images: readonly ImagePrediction[],
  { aggregation = 'mean', calibration = { method: 'none' } }: BreastOptions = {},
): BreastPrediction[] {
  const breasts = aggregateByBreast(images, { method: aggregation })
  if (calibration.method === 'none') return breasts
  return breasts.map((breast) => ({ ...breast, probability: calibrate(calibration, logOdds(breast.probability)) }))
}
