/** Options of the learning-rate schedules of `train`. */
import { z } from 'zod'
import { count, fraction } from './values.ts'

/** Figures of a validation that are better when they are higher. */
export const scores = [
  'rocAuc',
  'averagePrecision',
  'pf1',
  'bestPf1',
  'imageRocAuc',
  'imagePf1',
  'imageBestPf1',
] as const

export type MetricName = 'loss' | (typeof scores)[number]

const scheduleName = <Name extends string>(name: Name) => z.literal(name).describe('learning-rate schedule')

export const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: scheduleName('one-cycle'),
    pctStart: fraction.default(0.3).describe('share of the steps in which the learning rate rises'),
    annealStrategy: z.enum(['cos', 'linear']).default('cos').describe('shape of the rise and the fall'),
    cycleMomentum: z.boolean().default(true).describe('cycle beta1 of Adam against the learning rate'),
    baseMomentum: fraction.default(0.85).describe('beta1 at the peak learning rate'),
    maxMomentum: fraction.default(0.95).describe('beta1 at both ends'),
    divFactor: z.number().positive().default(25).describe('peak learning rate over the initial one'),
    finalDivFactor: z.number().positive().default(1e4).describe('initial learning rate over the final one'),
    threePhase: z.boolean().default(false).describe('fall to the initial learning rate first, then to the final one'),
  }),
  z.strictObject({
    name: scheduleName('reduce-on-plateau'),
    metric: z
      .enum(['loss', ...scores])
      .default('loss')
      .describe('figure of the validation that has to fall (loss) or rise (all others)'),
    factor: fraction.default(0.1).describe('factor of each reduction'),
    patience: z.int().min(0).default(1).describe('epochs without improvement before a reduction'),
    threshold: z.number().min(0).default(1e-4).describe('smallest relative improvement that counts'),
    minLr: z.number().min(0).default(0).describe('lower bound of the learning rate'),
  }),
  z.strictObject({
    name: scheduleName('cyclic'),
    baseLrFactor: fraction.default(0.04).describe('lowest learning rate over the peak'),
    interval: z.enum(['step', 'epoch']).default('step').describe('what stepSizeUp counts'),
    stepSizeUp: count.default(2000).describe('steps or epochs from the lowest learning rate to the peak'),
    mode: z
      .enum(['triangular', 'triangular2', 'exp_range'])
      .default('triangular')
      .describe('how the amplitude changes from cycle to cycle'),
    gamma: z.number().positive().default(1).describe('decay per step or epoch of exp_range'),
    cycleMomentum: z.boolean().default(true).describe('cycle beta1 of Adam against the learning rate'),
    baseMomentum: fraction.default(0.8).describe('beta1 at the peak learning rate'),
    maxMomentum: fraction.default(0.9).describe('beta1 at the lowest learning rate'),
  }),
  z.strictObject({
    name: scheduleName('cosine'),
    warmupFraction: fraction.default(0.05).describe('share of the steps in the linear warm-up'),
    finalLrFactor: fraction.default(0).describe('final learning rate over the peak'),
  }),
])
