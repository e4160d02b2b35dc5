/** Learning rate and beta1 of every step, by a schedule that a configuration names. */
import { cosineWithWarmup } from './cosine-with-warmup.ts'
import { type CyclicLrOptions, cyclicLr } from './cyclic-lr.ts'
import { type OneCycleLrOptions, oneCycleLr, type ScheduleValue } from './one-cycle-lr.ts'
import {
  checkPlateauOptions,
  createReduceLrOnPlateau,
  type PlateauState,
  type ReduceLrOnPlateauOptions,
  reduceLrOnPlateau,
} from './reduce-lr-on-plateau.ts'
import { checkChoice, checkNumber, checkStep } from './schedule-error.ts'

/** A schedule by its name, its rates as factors of the peak. */
export type NamedSchedule =
  | ({ readonly name: 'one-cycle' } & Omit<OneCycleLrOptions, 'maxLr' | 'totalSteps'>)
  | ({ readonly name: 'reduce-on-plateau' } & ReduceLrOnPlateauOptions)
  | ({
      readonly name: 'cyclic'
      /** Lowest learning rate over the peak, 0 to 1. @default 0.04 */
      readonly baseLrFactor?: number
      /** What `stepSizeUp` and `stepSizeDown` count; with `epoch` the rate stays the same within one. @default 'step' */
      readonly interval?: 'step' | 'epoch'
    } & Omit<CyclicLrOptions, 'baseLr' | 'maxLr'>)
  | {
      readonly name: 'cosine'
      /** Share of the steps in the linear warm-up, 0 to 1. @default 0.05 */
      readonly warmupFraction?: number
      /** Final learning rate over the peak, 0 to 1. @default 0 */
      readonly finalLrFactor?: number
    }

/** Options of `createSchedule`. */
export interface CreateScheduleOptions {
  readonly schedule: NamedSchedule
  /** Peak learning rate, above 0. */
  readonly lr: number
  /** Steps of the whole run, 1 or more. */
  readonly totalSteps: number
  /** Steps of an epoch, for a schedule that counts these. @default 1 */
  readonly stepsPerEpoch?: number
  /** Where the schedule does not cycle it. @default 0.9 */
  readonly beta1?: number
  /** What a checkpoint kept of `plateau`. @default null */
  readonly plateau?: PlateauState | null
}

/** A run's schedule, made by `createSchedule`. */
export interface Schedule {
  /** Values for a step, counted from 0. */
  at(step: number): { readonly lr: number; readonly beta1: number }
  /** Reports an epoch's validation loss, or the figure that `reduce-on-plateau` follows; NaN is no improvement. */
  endEpoch(metric: number): void
  /** What a checkpoint keeps; null where the step's number says all. */
  readonly plateau: PlateauState | null
}

/**
 * Makes the schedule of a run; only `reduce-on-plateau` has a state.
 *
 * @throws ScheduleError `bad-option`; `at` throws `bad-step`
 * @example
 * createSchedule({ schedule: { name: 'cosine' }, lr: 3e-4, totalSteps: 100 }).at(5) // { lr: 3e-4, beta1: 0.9 }
 */
export function createSchedule({
  schedule,
  lr,
  totalSteps,
  stepsPerEpoch = 1,
  beta1 = 0.9,
  plateau = null,
}: CreateScheduleOptions): Schedule {
  checkChoice('schedule.name', schedule.name, ['one-cycle', 'reduce-on-plateau', 'cyclic', 'cosine'])
  checkNumber('totalSteps', totalSteps, { low: 1, integer: true })
  checkNumber('stepsPerEpoch', stepsPerEpoch, { low: 1, integer: true })
  checkNumber('beta1', beta1, { low: 0, high: 1 })
  if (schedule.name === 'reduce-on-plateau') {
    checkPlateauOptions(schedule)
    if (plateau !== null) checkNumber('plateau.lr', plateau.lr, { low: 0 })
    let state = plateau ?? createReduceLrOnPlateau({ lr })
    return {
      at: (step) => {
        checkStep(step)
        return { lr: state.lr, beta1 }
      },
      endEpoch: (metric) => {
        state = reduceLrOnPlateau(state, metric, schedule)
      },
      get plateau() {
        return state
      },
    }
  }
  const value = scheduleOfStep(schedule, { maxLr: lr, totalSteps, stepsPerEpoch })
  return {
    at: (step) => {
      const { lr, momentum = beta1 } = value(step)
      return { lr, beta1: momentum }
    },
    endEpoch: () => {},
    plateau: null,
  }
}

function scheduleOfStep(
  schedule: Exclude<NamedSchedule, { name: 'reduce-on-plateau' }>,
  { maxLr, totalSteps, stepsPerEpoch }: { maxLr: number; totalSteps: number; stepsPerEpoch: number },
): (step: number) => ScheduleValue {
  switch (schedule.name) {
    case 'cyclic': {
      const { interval = 'step', baseLrFactor = 0.04 } = schedule
      checkChoice('interval', interval, ['step', 'epoch'])
      checkNumber('baseLrFactor', baseLrFactor, { low: 0, high: 1 })
      const value = cyclicLr({ ...schedule, maxLr, baseLr: maxLr * baseLrFactor })
      return interval === 'step' ? value : (step) => value(Math.floor(step / stepsPerEpoch))
    }
    case 'cosine': {
      const { warmupFraction = 0.05, finalLrFactor = 0 } = schedule
      checkNumber('warmupFraction', warmupFraction, { low: 0, high: 1 })
      checkNumber('finalLrFactor', finalLrFactor, { low: 0, high: 1 })
      const warmupSteps = Math.min(Math.round(warmupFraction * totalSteps), totalSteps - 1)
      return cosineWithWarmup({ maxLr, totalSteps, warmupSteps, minLr: maxLr * finalLrFactor })
    }
    case 'one-cycle':
      return oneCycleLr({ ...schedule, maxLr, totalSteps })
  }
}
