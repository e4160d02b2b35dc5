/**
 * Lowers the learning rate when a metric has stopped improving.
 *
 * Reference: PyTorch's `ReduceLROnPlateau`.
 */
import { checkChoice, checkNumber, ScheduleError } from './schedule-error.ts'

/** Options of `reduceLrOnPlateau`. */
export interface ReduceLrOnPlateauOptions {
  /** Whether a lower or a higher metric is better. @default 'min' */
  readonly mode?: 'min' | 'max'
  /** The learning rate is multiplied by it, 0 to below 1. @default 0.1 */
  readonly factor?: number
  /** Epochs without improvement that are tolerated, 0 or more. @default 10 */
  readonly patience?: number
  /** Least improvement that counts, 0 or more. @default 1e-4 */
  readonly threshold?: number
  /** Whether the threshold is a share of the best metric or a difference to it. @default 'rel' */
  readonly thresholdMode?: 'rel' | 'abs'
  /** Epochs after a reduction in which nothing is counted, 0 or more. @default 0 */
  readonly cooldown?: number
  /** Lower bound of the learning rate, 0 or more. @default 0 */
  readonly minLr?: number
  /** A reduction by no more than this is left out, 0 or more. @default 1e-8 */
  readonly eps?: number
}

/** All there is to save: JSON in, JSON out. */
export interface PlateauState {
  readonly lr: number
  /** The best metric so far; null before the first. */
  readonly best: number | null
  readonly badEpochs: number
  /** Epochs of cool-down that are left. */
  readonly cooldown: number
}

/**
 * The state before the first epoch.
 *
 * @throws ScheduleError `bad-option`
 * @example
 * createReduceLrOnPlateau({ lr: 0.1 }) // { lr: 0.1, best: null, badEpochs: 0, cooldown: 0 }
 */
export function createReduceLrOnPlateau({ lr }: { readonly lr: number }): PlateauState {
  checkNumber('lr', lr, { low: 0, above: true })
  return { lr, best: null, badEpochs: 0, cooldown: 0 }
}

/**
 * The state after an epoch that ended with `metric`; NaN counts as no improvement, as in PyTorch.
 *
 * @throws ScheduleError `bad-option`, `bad-metric`
 * @example
 * reduceLrOnPlateau({ lr: 0.1, best: 0.5, badEpochs: 0, cooldown: 0 }, 0.6, { patience: 0 }).lr // 0.010000000000000002
 */
export function reduceLrOnPlateau(
  state: PlateauState,
  metric: number,
  options: ReduceLrOnPlateauOptions = {},
): PlateauState {
  const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0, eps = 1e-8 } = options
  checkPlateauOptions(options)
  if (typeof metric !== 'number') {
    throw new ScheduleError(
      'bad-metric',
      `Expected a number for metric but received ${metric}. Pass the epoch's loss or score.`,
      { metric },
    )
  }
  const better = isBetter(metric, state.best, options)
  const best = better ? metric : state.best
  const isCooling = state.cooldown > 0
  const badEpochs = better || isCooling ? 0 : state.badEpochs + 1
  if (badEpochs <= patience) return { lr: state.lr, best, badEpochs, cooldown: Math.max(0, state.cooldown - 1) }
  const reduced = Math.max(state.lr * factor, minLr)
  return { lr: state.lr - reduced > eps ? reduced : state.lr, best, badEpochs: 0, cooldown }
}

function isBetter(metric: number, best: number | null, options: ReduceLrOnPlateauOptions): boolean {
  const { mode = 'min', threshold = 1e-4, thresholdMode = 'rel' } = options
  if (best === null) return mode === 'min' ? metric < Number.POSITIVE_INFINITY : metric > Number.NEGATIVE_INFINITY
  if (mode === 'min') return metric < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold)
  return metric > (thresholdMode === 'rel' ? best * (1 + threshold) : best + threshold)
}

/** @throws ScheduleError `bad-option` */
export function checkPlateauOptions(options: ReduceLrOnPlateauOptions): void {
  const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'rel' } = options
  const { cooldown = 0, minLr = 0, eps = 1e-8 } = options
  checkChoice('mode', mode, ['min', 'max'])
  checkNumber('factor', factor, { low: 0, high: 1 - Number.EPSILON / 2 })
  checkNumber('patience', patience, { low: 0, integer: true })
  checkNumber('threshold', threshold, { low: 0 })
  checkChoice('thresholdMode', thresholdMode, ['rel', 'abs'])
  checkNumber('cooldown', cooldown, { low: 0, integer: true })
  checkNumber('minLr', minLr, { low: 0 })
  checkNumber('eps', eps, { low: 0 })
}
