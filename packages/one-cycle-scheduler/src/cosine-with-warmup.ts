/**
 * Linear warm-up, then half a cosine down.
 *
 * Reference: Loshchilov and Hutter, "SGDR", https://arxiv.org/abs/1608.03983, eq. 5 without restarts; Goyal et al., "Accurate, Large
 * Minibatch SGD", https://arxiv.org/abs/1706.02677, section 2.2, for the warm-up.
 */
import type { ScheduleValue } from './one-cycle-lr.ts'
import { checkNumber, checkStep } from './schedule-error.ts'

/** Options of `cosineWithWarmup`. */
export interface CosineWithWarmupOptions {
  /** Learning rate after the warm-up, above 0. */
  readonly maxLr: number
  /** Steps of warm-up and cosine together, 1 or more. */
  readonly totalSteps: number
  /** Steps of the warm-up, 0 to `totalSteps - 1`. @default 0 */
  readonly warmupSteps?: number
  /** Learning rate at `totalSteps`, 0 or more. @default 0 */
  readonly minLr?: number
  /** Learning rate at step 0 where there is a warm-up, 0 or more. @default 0 */
  readonly warmupStartLr?: number
}

/**
 * Makes a function from the step, 0 to `totalSteps`, to the learning rate.
 *
 * @throws ScheduleError `bad-option`; the function throws `bad-step`
 * @example
 * cosineWithWarmup({ maxLr: 0.1, totalSteps: 100, warmupSteps: 10 })(5) // { lr: 0.05 }
 */
export function cosineWithWarmup(options: CosineWithWarmupOptions): (step: number) => ScheduleValue {
  const { maxLr, totalSteps, warmupSteps = 0, minLr = 0, warmupStartLr = 0 } = options
  checkNumber('maxLr', maxLr, { low: 0, above: true })
  checkNumber('totalSteps', totalSteps, { low: 1, integer: true })
  checkNumber('warmupSteps', warmupSteps, { low: 0, high: totalSteps - 1, integer: true })
  checkNumber('minLr', minLr, { low: 0 })
  checkNumber('warmupStartLr', warmupStartLr, { low: 0 })
  return (step) => {
    checkStep(step, totalSteps)
    if (step < warmupSteps) return { lr: warmupStartLr + (maxLr - warmupStartLr) * (step / warmupSteps) }
    const share = (step - warmupSteps) / (totalSteps - warmupSteps)
    return { lr: minLr + ((maxLr - minLr) * (1 + Math.cos(Math.PI * share))) / 2 }
  }
}
