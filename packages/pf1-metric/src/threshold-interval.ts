import { quantile } from './bootstrap-interval.ts'
import { type ThresholdRule, thresholdByRule } from './choose-threshold.ts'
import type { ResampledIntervalOptions } from './intervals/sensitivity-interval.ts'
import type { Bounds } from './intervals/share-intervals.ts'
import type { Ranking } from './ranking.ts'
import { resampledCounts } from './resampled-counts.ts'

/** Where the middle 95 % of the resamples of groups have their threshold by a rule; null where most of them lack a class. @throws MetricError as `chooseThreshold` */
export async function thresholdInterval(
  ranking: Ranking,
  rule: ThresholdRule,
  { resamples = 1000, seed, confidence = 0.95, onResample }: ResampledIntervalOptions = {},
): Promise<Bounds | null> {
  const drawn: number[] = []
  for (const counts of resampledCounts(ranking, { resamples, seed })) {
    if (counts.positives > 0 && (counts.negatives > 0 || rule.rule !== 'specificity'))
      drawn.push(thresholdByRule(counts, rule).threshold)
    if (onResample) await onResample()
  }
  if (drawn.length * 2 < resamples) return null
  const sorted = Float64Array.from(drawn).sort()
  return { low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) }
}
