/** What changes from step to step: learning rate, beta1, mixup's share and the decay of the average, all functions of the step. */
import { createSchedule, type Schedule } from '@mammokit/one-cycle-scheduler'
import type { TrainerState, ValidationMetrics } from '@mammokit/training-run/schema'
import type { Config } from '../config/config.ts'
import { drawShare } from './mixup.ts'
import type { StepValues } from './train-step.ts'
import { metricOf } from './validate.ts'

type Training = Config['training']

/** The schedule of `training`, where `plateau` is what a checkpoint kept of it. */
export function openSchedule(
  { schedule: named, lr, epochs, adam }: Training,
  stepsPerEpoch: number,
  plateau: TrainerState['plateau'],
): Schedule {
  const schedule =
    named.name === 'reduce-on-plateau' ? ({ ...named, mode: named.metric === 'loss' ? 'min' : 'max' } as const) : named
  return createSchedule({ schedule, lr, totalSteps: epochs * stepsPerEpoch, stepsPerEpoch, beta1: adam.beta1, plateau })
}

/** The figure that the schedule follows; the loss for those that follow none. */
export function followedMetric(schedule: Training['schedule'], validation: ValidationMetrics): number {
  return metricOf(validation, schedule.name === 'reduce-on-plateau' ? schedule.metric : 'loss')
}

/** The values of a step, counted from 0. */
export function stepValues(
  { mixup, seed, emaDecay, emaWarmup }: Training,
  schedule: Schedule,
  step: number,
): StepValues {
  const { lr, beta1 } = schedule.at(step)
  return { step, lr, beta1, share: drawShare(mixup, seed, step), averageDecay: decayAt(step, emaDecay ?? 0, emaWarmup) }
}

/** TensorFlow's ExponentialMovingAverage with `num_updates`: the first average is nearly the weights. */
function decayAt(step: number, decay: number, isWarmedUp: boolean): number {
  return isWarmedUp ? Math.min(decay, (1 + step) / (10 + step)) : decay
}
