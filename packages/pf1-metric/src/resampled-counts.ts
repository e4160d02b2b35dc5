/** The resamples of `bootstrapInterval`, counted from one ranking instead of being drawn as rows. */
import { createRandom } from '@mammokit/seeded-random'
import { checkOption } from './check-inputs.ts'
import type { CumulativeCounts } from './cumulative-counts.ts'
import { type Ranking, weightedCounter } from './ranking.ts'

export interface ResampleOptions {
  /** Number of resamples of patients, 1 or more. @default 1000 */
  readonly resamples?: number | undefined
  /** 0 to 2^53 - 1; the same seed draws the same resamples. @default 13 */
  readonly seed?: number | undefined
}

/** Draws as many groups as there are, with replacement: how often each was drawn, valid until the next. @throws MetricError `bad-option` */
export function* resampledWeights(
  groupCount: number,
  { resamples = 1000, seed = 13 }: ResampleOptions = {},
): Generator<Uint32Array> {
  checkOption('resamples', resamples, 1, 1e7, true)
  const random = createRandom(seed, 'bootstrap')
  const weights = new Uint32Array(groupCount)
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0)
    for (let i = 0; i < groupCount; i++) weights[random.below(groupCount)]++
    yield weights
  }
}

/** Counts the ranking anew for each; each counts until the next. @throws MetricError `bad-option` */
export function* resampledCounts(ranking: Ranking, options: ResampleOptions = {}): Generator<CumulativeCounts> {
  const countOf = weightedCounter(ranking)
  for (const weights of resampledWeights(ranking.groupCount, options)) yield countOf(weights)
}
