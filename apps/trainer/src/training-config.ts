/** Options of `train`: epochs, learning rate and its schedule, Adam, loss, sampling, augmentation. */
import { z } from 'zod'
import { count, fraction, seed } from './config-values.ts'

const scheduleName = <Name extends string>(name: Name) => z.literal(name).describe('learning-rate schedule')

const scheduleSchema = z.discriminatedUnion('name', [
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
    factor: fraction.default(0.1).describe('factor of each reduction'),
    patience: z.int().min(0).default(1).describe('epochs without improvement before a reduction'),
    threshold: z.number().min(0).default(1e-4).describe('smallest relative improvement that counts'),
    minLr: z.number().min(0).default(0).describe('lower bound of the learning rate'),
  }),
  z.strictObject({
    name: scheduleName('cyclic'),
    baseLrFactor: fraction.default(0.04).describe('lowest learning rate over the peak'),
    stepSizeUp: count.default(2000).describe('steps from the lowest learning rate to the peak'),
    mode: z
      .enum(['triangular', 'triangular2', 'exp_range'])
      .default('triangular')
      .describe('how the amplitude changes from cycle to cycle'),
    gamma: z.number().positive().default(1).describe('decay per step of exp_range'),
  }),
  z.strictObject({
    name: scheduleName('cosine'),
    warmupFraction: fraction.default(0.05).describe('share of the steps in the linear warm-up'),
    finalLrFactor: fraction.default(0).describe('final learning rate over the peak'),
  }),
])

export const trainingSchema = z.strictObject({
  epochs: count.default(5).describe('passes over the training images'),
  batchSize: count.default(8).describe('images per step'),
  lr: z.number().positive().default(3e-4).describe('peak learning rate of the schedule'),
  schedule: scheduleSchema.prefault({ name: 'one-cycle' }).describe('learning-rate schedule and its options'),
  adam: z
    .strictObject({
      beta1: fraction.default(0.9).describe('decay of the first moment, unless the schedule cycles it'),
      beta2: fraction.default(0.999).describe('decay of the second moment'),
      epsilon: z.number().positive().default(1e-8).describe('added to the denominator'),
    })
    .prefault({})
    .describe('options of Adam'),
  loss: z
    .strictObject({
      gamma: z.number().min(0).default(1).describe('focusing exponent; 0 is cross-entropy'),
      alpha: fraction
        .nullable()
        .default(null)
        .describe('weight of positives, 1 - alpha of negatives; with reference a factor of the loss; null: unweighted'),
      labelSmoothing: fraction.default(0).describe('share of each target that is spread over both classes'),
      reference: z.boolean().default(false).describe("weight the batch mean, as the reference's focal loss does"),
    })
    .prefault({})
    .describe('options of the focal loss, of training and validation alike'),
  sampling: z
    .union([
      z.enum(['shuffle', 'sequential']),
      z.strictObject({ positiveFraction: fraction.describe('share of positives in each batch') }),
      z.strictObject({ positiveFactor: z.number().positive().describe('how often each positive is drawn per epoch') }),
    ])
    .default('shuffle')
    .describe(
      'order of the images; positiveFraction: share of positives per batch; positiveFactor: draws of a positive',
    ),
  augmentation: z.enum(['none', 'level1', 'level2']).default('level1').describe('augmentation of training images'),
  emaDecay: fraction
    .nullable()
    .default(null)
    .describe('decay per step of the weight average that checkpoints hold; null: no average'),
  seed: seed.describe('seed of weights, image order and augmentation'),
  saveEvery: count.default(500).describe('steps between checkpoints within an epoch'),
  logEvery: count.default(10).describe('steps between lines of metrics.jsonl'),
})
