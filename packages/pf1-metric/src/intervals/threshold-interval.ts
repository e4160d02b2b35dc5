import { quantile } from '../bootstrap-interval.ts'
import { checkInputs } from '../check-inputs.ts'
import { rank } from '../ranking.ts'
import { resampledCounts } from '../resampled-counts.ts'
import { type SweepOptions, sweepCounts } from '../sweep-thresholds.ts'
import type { ResampledIntervalOptions } from './sensitivity-interval.ts'
import type { Bounds } from './share-intervals.ts'

/**
 * Where the middle 95 % of the resamples of groups have their best threshold; null where most resamples lack a positive.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @param groups the patient of each sample, [N]
 * @throws MetricError as `sweepThresholds`, `length-mismatch`
 */
export async function thresholdInterval(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  groups: ArrayLike<string>,
  { resamples = 1000, seed, confidence = 0.95, onResample, ...sweep }: SweepOptions & ResampledIntervalOptions = {},
): Promise<Bounds | null> {
  checkInputs(targets, probabilities, 'probabilities')
  const drawn: number[] = []
  for (const counts of resampledCounts(rank(targets, probabilities, groups), { resamples, seed })) {
    if (counts.positives > 0) drawn.push(sweepCounts(counts, sweep).threshold)
    await onResample?.()
  }
  if (drawn.length * 2 < resamples) return null
  const sorted = Float64Array.from(drawn).sort()
  return { low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) }
}
