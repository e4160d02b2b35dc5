/** Options of `train`: epochs, learning rate and its schedule, optimizer, loss, sampling, augmentation. */
import { precisions } from '@mammokit/tensor-engine/names'
import { z } from 'zod'
import { patchSchema } from './patch-config.ts'
import { scheduleSchema, scores } from './schedule-config.ts'
import { count, fraction, seed } from './values.ts'

/** Parts of the network in the order in which an image passes them, all but the head. */
export const freezableStages = ['stem', 'layer1', 'layer2', 'layer3', 'layer4'] as const

/** Columns of the rows that heads beside the cancer logit may learn from. */
export type AuxiliaryName = 'birads' | 'density' | 'biopsy' | 'invasive'

const auxiliaryWeight = z.number().min(0).default(0)

export const trainingSchema = z.strictObject({
  epochs: count.default(5).describe('passes over the training images'),
  batchSize: count
    .default(8)
    .describe('images per step; --batch-size auto: as configured, in the largest parts that fit in memory (fitBatch)'),
  microBatchSize: count
    .nullable()
    .default(null)
    .describe(
      'images that go through the network together; a larger batch adds up their gradients; null: the whole batch',
    ),
  dropLast: z
    .boolean()
    .default(true)
    .describe('leave out the images that do not fill the last batch of an epoch; false: a smaller batch'),
  lr: z.number().positive().default(3e-4).describe('peak learning rate of the schedule'),
  schedule: scheduleSchema.prefault({ name: 'one-cycle' }).describe('learning-rate schedule and its options'),
  adam: z
    .strictObject({
      beta1: fraction.default(0.9).describe('decay of the first moment, unless the schedule cycles it'),
      beta2: fraction.default(0.999).describe('decay of the second moment'),
      epsilon: z.number().positive().default(1e-8).describe('added to the denominator'),
      weightDecay: z
        .number()
        .min(0)
        .default(0)
        .describe('decoupled weight decay (AdamW) of filters and matrices; scales, offsets and biases have none'),
      layerDecay: z
        .number()
        .positive()
        .max(1)
        .default(1)
        .describe('learning rate of a stage over that of the next one, from the head back to the stem'),
    })
    .prefault({})
    .describe('options of Adam'),
  precision: z
    .enum(precisions)
    .default('float32')
    .describe(
      'numbers of a step: float16, for webgpu and cuda, computes products in half precision, sums, losses, weights and their updates in float32; bfloat16, for openvino, what it chooses',
    ),
  lossScale: z
    .strictObject({
      initialScale: z.number().positive().default(65536).describe('first factor of the loss'),
      growthFactor: z.number().gt(1).default(2).describe('factor of the scale after growthInterval finite steps'),
      backoffFactor: z
        .number()
        .positive()
        .lt(1)
        .default(0.5)
        .describe('factor of the scale after a step whose gradient is not finite, which is skipped'),
      growthInterval: count.default(2000).describe('finite steps in a row after which the scale grows'),
    })
    .prefault({})
    .describe('scale of the loss with precision float16, as in PyTorch'),
  clipNorm: z.number().positive().nullable().default(null).describe('largest norm of the gradient; null: any'),
  freeze: z
    .strictObject({
      upTo: z
        .enum(['none', ...freezableStages])
        .default('none')
        .describe('last stage whose weights do not learn'),
      epochs: count.nullable().default(null).describe('epochs in which they do not; null: all'),
    })
    .prefault({})
    .describe('stages whose weights and running statistics stay as they were loaded'),
  freezeBatchNorm: z
    .boolean()
    .default(false)
    .describe('normalize by the running statistics that were loaded, and leave these as they are'),
  recompute: z
    .boolean()
    .default(false)
    .describe('compute each block again in the backward pass instead of keeping its values: less memory, more time'),
  mixup: z.number().min(0).default(0).describe('alpha of the Beta distribution of mixup; 0: none'),
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
  auxiliary: z
    .strictObject({
      birads: auxiliaryWeight.describe('weight of the loss of the BI-RADS assessment, 0 to 6; 0: none'),
      density: auxiliaryWeight.describe('of the density, A to D'),
      biopsy: auxiliaryWeight.describe('of whether a biopsy was taken'),
      invasive: auxiliaryWeight.describe('of whether the cancer was invasive'),
    } satisfies Record<AuxiliaryName, unknown>)
    .nullable()
    .default(null)
    .describe(
      'further columns of the rows to learn from, each with a head of its own that no checkpoint predicts with',
    ),
  sampling: z
    .union([
      z.enum(['shuffle', 'sequential']),
      z.strictObject({ positiveFraction: fraction.describe('share of positives in each batch') }),
      z.strictObject({
        positivesPerBatch: count.describe('positives in each batch; each negative is drawn once per epoch'),
      }),
      z.strictObject({ positiveFactor: z.number().positive().describe('how often each positive is drawn per epoch') }),
    ])
    .default('shuffle')
    .describe(
      'order of the images; positivesPerBatch: number, positiveFraction: share of positives in each; positiveFactor: draws of a positive',
    ),
  augmentation: z
    .enum(['none', 'level1', 'level2', 'level3'])
    .default('level1')
    .describe('augmentation of training images'),
  patches: patchSchema
    .nullable()
    .default(null)
    .describe('train on squares of the images, on lesions and beside them; validation reads whole images; null: no'),
  shuffleLabels: z
    .boolean()
    .default(false)
    .describe(
      'train on labels that are permuted among breasts, for the label randomization test of explain --against alone',
    ),
  emaDecay: fraction
    .nullable()
    .default(null)
    .describe('decay per step of the weight average that checkpoints hold; null: no average'),
  emaWarmup: z
    .boolean()
    .default(true)
    .describe(
      'lower the decay of the first steps to (1 + step) / (10 + step), so that the initial weights are forgotten',
    ),
  watch: z
    .enum(['loss', ...scores])
    .default('averagePrecision')
    .describe('figure of the validation that tells the best epoch: the loss falls, all others rise'),
  patience: count
    .nullable()
    .default(null)
    .describe('epochs without a better figure after which the run ends; null: none'),
  keepBest: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('checkpoints that stay, the best ones, beside the last; null: all'),
  seed: seed.describe('seed of weights, image order and augmentation'),
  saveEvery: count.default(500).describe('steps between checkpoints within an epoch'),
  logEvery: count.default(10).describe('steps between lines of metrics.jsonl'),
})
