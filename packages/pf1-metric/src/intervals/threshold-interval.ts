import { quantile } from '../bootstrap-interval.ts'
import type { Ranking } from '../ranking.ts'
import { resampledCounts } from '../resampled-counts.ts'
import { type SweepOptions, thresholdOf } from '../sweep-thresholds.ts'
import type { ResampledIntervalOptions } from './sensitivity-interval.ts'
import type { Bounds } from './share-intervals.ts'

/** Where the middle 95 % of the resamples of groups have their best threshold; null where most resamples lack a positive. @throws MetricError as `sweepThresholds` */
export async function thresholdInterval(
  ranking: Ranking,
  { resamples = 1000, seed, confidence = 0.95, onResample, ...sweep }: SweepOptions & ResampledIntervalOptions = {},
): Promise<Bounds | null> {
  const drawn: number[] = []
  for (const counts of resampledCounts(ranking, { resamples, seed })) {
    if (counts.positives > 0) drawn.push(thresholdOf(counts, sweep))
    if (onResample) await onResample()
  }
  if (drawn.length * 2 < resamples) return null
  const sorted = Float64Array.from(drawn).sort()
  return { low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) }
}
