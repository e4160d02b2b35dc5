/** Learning rate and beta1 of every step, by the schedule that the configuration names. */
import {
  cosineWithWarmup,
  createReduceLrOnPlateau,
  cyclicLr,
  oneCycleLr,
  type PlateauState,
  reduceLrOnPlateau,
} from '@mammokit/one-cycle-scheduler'
import type { Config } from '../config.ts'

export interface Schedule {
  /** Values for a step, counted from 0. */
  at(step: number): { readonly lr: number; readonly beta1: number }
  /** Reports an epoch's validation loss. */
  endEpoch(loss: number): void
  /** What a checkpoint keeps; null where the step's number says all. */
  readonly plateau: PlateauState | null
}

/** The schedule of a run of `totalSteps` steps, continued from the state that a checkpoint kept. */
export function createSchedule(
  training: Config['training'],
  totalSteps: number,
  plateau: PlateauState | null,
): Schedule {
  const { lr, schedule, adam } = training
  if (schedule.name === 'reduce-on-plateau') {
    let state = plateau ?? createReduceLrOnPlateau({ lr })
    return {
      at: () => ({ lr: state.lr, beta1: adam.beta1 }),
      endEpoch: (loss) => {
        state = reduceLrOnPlateau(state, loss, schedule)
      },
      get plateau() {
        return state
      },
    }
  }
  const value = scheduleOfStep(training, totalSteps)
  return {
    at: (step) => {
      const { lr, momentum = adam.beta1 } = value(step)
      return { lr, beta1: momentum }
    },
    endEpoch: () => {},
    plateau: null,
  }
}

function scheduleOfStep({ lr, schedule }: Config['training'], totalSteps: number) {
  switch (schedule.name) {
    case 'cyclic':
      return cyclicLr({ ...schedule, maxLr: lr, baseLr: lr * schedule.baseLrFactor })
    case 'cosine': {
      const warmupSteps = Math.min(Math.round(schedule.warmupFraction * totalSteps), totalSteps - 1)
      return cosineWithWarmup({ maxLr: lr, totalSteps, warmupSteps, minLr: lr * schedule.finalLrFactor })
    }
    default:
      return oneCycleLr({ ...(schedule as OneCycle), maxLr: lr, totalSteps })
  }
}

type OneCycle = Extract<Config['training']['schedule'], { name: 'one-cycle' }>
