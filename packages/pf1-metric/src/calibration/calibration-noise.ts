import { createRandom } from '@mammokit/seeded-random'
import { checkOption } from '../check-inputs.ts'
import { type CalibrationBinOptions, errorOf, toBins } from './expected-calibration-error.ts'

/** Options of the calibration error that chance alone gives. */
export interface CalibrationNoiseOptions extends CalibrationBinOptions {
  /** How many sets of outcomes are drawn, 1 or more. @default 200 */
  readonly draws?: number
  /** 0 to 2^53 - 1. @default 13 */
  readonly seed?: number
}

/**
 * The calibration error that perfectly calibrated probabilities would show: a bin's share of positives is off by chance alone,
 * so that the error is above 0 on average, and the more so the fewer samples there are.
 *
 * @param probabilities 0 to 1, [N]
 * @throws MetricError as `expectedCalibrationError`
 * @example
 * calibrationNoise([0.2, 0.7]) // about 0.37: one outcome is 0.2 or 0.8 away from 0.2, the other 0.3 or 0.7 from 0.7
 */
export function calibrationNoise(
  probabilities: ArrayLike<number>,
  { draws = 200, seed = 13, ...bins }: CalibrationNoiseOptions = {},
): number {
  checkOption('draws', draws, 1, 1e6, true)
  const random = createRandom(seed, 'calibration noise')
  const { counts, sums, binOf } = toBins(new Uint8Array(probabilities.length), probabilities, bins)
  // Of 2^32 equally likely numbers those below are positive; scaling by a power of two is exact.
  const limits = Float64Array.from(probabilities, (probability) => probability * 2 ** 32)
  const drawn = new Uint32Array(limits.length)
  const positives = new Uint32Array(counts.length)
  let sum = 0
  for (let draw = 0; draw < draws; draw++) {
    positives.fill(0)
    random.fillBelow(drawn, 2 ** 32)
    for (let i = 0; i < drawn.length; i++) if (drawn[i] < limits[i]) positives[binOf[i]]++
    sum += errorOf({ counts, sums, positives }, drawn.length)
  }
  return sum / draws
}
