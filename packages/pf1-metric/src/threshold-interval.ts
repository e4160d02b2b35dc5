import { quantile } from './bootstrap-interval.ts'
import { type ThresholdRule, thresholdByRule } from './choose-threshold.ts'
import type { ResampledIntervalOptions } from './intervals/sensitivity-interval.ts'
import type { Bounds } from './intervals/share-intervals.ts'
import { type Ranking, weightedCounter } from './ranking.ts'
import { resampledWeights } from './resampled-counts.ts'
import { type ClassWeights, classWeigher, thresholdWeigher } from './weighted-figures.ts'

/** Where the middle 95 % of the resamples of groups have their threshold by a rule; null where most of them lack a class. @throws MetricError as `chooseThreshold` */
export async function thresholdInterval(
  ranking: Ranking,
  rule: ThresholdRule,
  { resamples = 1000, seed, confidence = 0.95, onResample }: ResampledIntervalOptions = {},
): Promise<Bounds | null> {
  const drawn: number[] = []
  const weigh = classWeigher(ranking)
  const thresholdOf = thresholdOfWeights(ranking, rule)
  for (const weights of resampledWeights(ranking.groupCount, { resamples, seed })) {
    const classes = weigh(weights)
    if (classes.positives > 0 && (classes.negatives > 0 || rule.rule !== 'specificity'))
      drawn.push(thresholdOf(weights, classes))
    if (onResample) await onResample()
  }
  if (drawn.length * 2 < resamples) return null
  const sorted = Float64Array.from(drawn).sort()
  return { low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) }
}

function thresholdOfWeights(
  ranking: Ranking,
  rule: ThresholdRule,
): (weights: Uint32Array, classes: ClassWeights) => number {
  if (rule.rule === 'f1' || (rule.rule === 'reference' && rule.gridStep === undefined)) return thresholdWeigher(ranking)
  const countOf = weightedCounter(ranking)
  return (weights) => thresholdByRule(countOf(weights), rule).threshold
}
