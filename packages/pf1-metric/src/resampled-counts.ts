/** The resamples of `bootstrapInterval`, as how often each group was drawn instead of rows. */
import { createRandom } from '@mammokit/seeded-random'
import { checkOption } from './check-inputs.ts'

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
  const drawn = new Uint32Array(groupCount)
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0)
    random.fillBelow(drawn, groupCount)
    for (let i = 0; i < groupCount; i++) weights[drawn[i]]++
    yield weights
  }
}
