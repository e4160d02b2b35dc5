/**
 * Cyclical learning rates: up and down between two bounds, momentum in the opposite direction.
 *
 * Reference: Smith, "Cyclical Learning Rates for Training Neural Networks", https://arxiv.org/abs/1506.01186; formula of
 * PyTorch's `CyclicLR`.
 */
import type { ScheduleValue } from './one-cycle-lr.ts'
import { checkChoice, checkNumber, checkStep } from './schedule-error.ts'

/** Options of `cyclicLr`. */
export interface CyclicLrOptions {
  /** Lowest learning rate, 0 or more. */
  readonly baseLr: number
  /** Highest learning rate of the first cycle, above 0. */
  readonly maxLr: number
  /** Steps of the rise, 1 or more. @default 2000 */
  readonly stepSizeUp?: number
  /** Steps of the fall, 1 or more. @default stepSizeUp */
  readonly stepSizeDown?: number
  /** Constant height, halved after every cycle, or multiplied by `gamma ** step`. @default 'triangular' */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range'
  /** Base of `exp_range`, above 0. @default 1 */
  readonly gamma?: number
  /** Whether momentum (Adam's beta1) is cycled against the learning rate. @default true */
  readonly cycleMomentum?: boolean
  /** Momentum at the highest learning rate, 0 to 1. @default 0.8 */
  readonly baseMomentum?: number
  /** Momentum at the lowest learning rate, 0 to 1. @default 0.9 */
  readonly maxMomentum?: number
}

/**
 * Makes a function from the step, 0 or more, to learning rate and momentum.
 *
 * @throws ScheduleError `bad-option`; the function throws `bad-step`
 * @example
 * cyclicLr({ baseLr: 0.001, maxLr: 0.1, stepSizeUp: 10 })(10) // { lr: 0.1, momentum: 0.8 }
 */
export function cyclicLr(options: CyclicLrOptions): (step: number) => ScheduleValue {
  const { baseLr, maxLr, stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1 } = options
  const { cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9 } = options
  checkNumber('baseLr', baseLr, { low: 0 })
  checkNumber('maxLr', maxLr, { low: 0, above: true })
  checkNumber('stepSizeUp', stepSizeUp, { low: 1 })
  checkNumber('stepSizeDown', stepSizeDown, { low: 1 })
  checkChoice('mode', mode, ['triangular', 'triangular2', 'exp_range'])
  checkNumber('gamma', gamma, { low: 0, above: true })
  checkNumber('baseMomentum', baseMomentum, { low: 0, high: 1 })
  checkNumber('maxMomentum', maxMomentum, { low: 0, high: 1 })
  const cycleSteps = stepSizeUp + stepSizeDown
  const riseShare = stepSizeUp / cycleSteps
  const scale = {
    triangular: () => 1,
    triangular2: (cycle: number) => 1 / 2 ** (cycle - 1),
    exp_range: (_: number, step: number) => gamma ** step,
  }[mode]
  return (step) => {
    checkStep(step)
    const cycle = Math.floor(1 + step / cycleSteps)
    const share = 1 + step / cycleSteps - cycle
    const height = (share <= riseShare ? share / riseShare : (share - 1) / (riseShare - 1)) * scale(cycle, step)
    return {
      lr: baseLr + (maxLr - baseLr) * height,
      ...(cycleMomentum && { momentum: maxMomentum - (maxMomentum - baseMomentum) * height }),
    }
  }
}
