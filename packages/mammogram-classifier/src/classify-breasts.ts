/** From probabilities of images to one of each breast, the unit that is scored. */
import {
  type AggregationMethod,
  aggregateByBreast,
  type BreastPrediction,
  type ImagePrediction,
} from '@mammokit/pf1-metric'
import { withTemperature } from './log-odds.ts'

export interface BreastOptions {
  /** How the images of a breast become one probability. @default 'mean' */
  readonly aggregation?: AggregationMethod
  /** Of a calibration; null for none. @default null */
  readonly temperature?: number | null
}

/**
 * Aggregates images by patient and laterality, then calibrates: a temperature is fitted on breasts.
 *
 * @throws {ClassifierError} `bad-probability`, `bad-temperature`; MetricError for rows that contradict each other
 */
export function classifyBreasts(
  images: readonly ImagePrediction[],
  { aggregation = 'mean', temperature = null }: BreastOptions = {},
): BreastPrediction[] {
  const breasts = aggregateByBreast(images, { method: aggregation })
  if (temperature === null) return breasts
  return breasts.map((breast) => ({ ...breast, probability: withTemperature(breast.probability, temperature) }))
}
