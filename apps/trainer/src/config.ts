/** Every option of every command, with its range and default, in one object. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'

const seed = z.int().min(0).default(13)
const count = z.int().min(1)
const fraction = z.number().min(0).max(1)
const fourCounts = z.tuple([count, count, count, count])

const phantomSchema = z.strictObject({
  patients: count.default(40).describe('synthetic patients, four images each'),
  prevalence: fraction.default(0.1).describe('share of patients with cancer'),
  height: z.int().min(96).max(8192).default(4096).describe('pixels of the largest detector'),
  conspicuity: z.number().min(0).max(3).default(1.5).describe('contrast of the cancers, 0 is invisible'),
  seed: seed.describe('the same seed writes the same bytes'),
})

const splitSchema = z.strictObject({
  method: z
    .enum(['reference', 'submission', 'k-fold'])
    .default('reference')
    .describe('reference (train, val, test) | submission (train, val) | k-fold (fold is val, the others train)'),
  seed: seed.describe('of the shuffling of patients'),
  testFraction: fraction.default(0.33).describe('share of patients in test'),
  validationFraction: fraction.default(0.1).describe('share of the other patients in val'),
  stratifyBy: z.array(z.string()).default(['cancer']).describe('columns whose shares every subset keeps'),
  folds: z.int().min(0).default(5).describe('cross-validation folds outside test'),
  fold: z.int().min(0).default(0).describe('the fold that is val with k-fold'),
})

/** SE-ResNeXt50 32x4d by default. */
const modelSchema = z.strictObject({
  layers: fourCounts.default([3, 4, 6, 3]).describe('blocks of each stage'),
  channels: fourCounts.default([64, 128, 256, 512]).describe('base width of each stage'),
  cardinality: count.default(32).describe('groups of the 3x3 convolutions'),
  baseWidth: count.default(4).describe('width of a group'),
  stemWidth: count.default(64).describe('channels of the first convolution'),
})

const imageSchema = z.strictObject({
  height: z.int().min(32).default(1024).describe('pixels of a processed image'),
  width: z.int().min(32).default(512).describe('pixels of a processed image'),
  mean: z.number().default(0.449).describe("subtracted from gray in 0..1 (ImageNet's, over its channels)"),
  std: z.number().positive().default(0.226).describe("divided by after that (ImageNet's, over its channels)"),
})

/** Checked by mammogram-dataset, which owns these options; the size of the result is that of `image`. */
const preprocessSchema = z.record(z.string(), z.unknown())

const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('one-cycle'),
    pctStart: fraction.default(0.3),
    annealStrategy: z.enum(['cos', 'linear']).default('cos'),
    cycleMomentum: z.boolean().default(true),
    baseMomentum: fraction.default(0.85),
    maxMomentum: fraction.default(0.95),
    divFactor: z.number().positive().default(25),
    finalDivFactor: z.number().positive().default(1e4),
    threePhase: z.boolean().default(false),
  }),
  z.strictObject({
    name: z.literal('reduce-on-plateau'),
    factor: fraction.default(0.1),
    patience: z.int().min(0).default(1),
    threshold: z.number().min(0).default(1e-4),
    minLr: z.number().min(0).default(0),
  }),
  z.strictObject({
    name: z.literal('cyclic'),
    baseLrFactor: fraction.default(0.04),
    stepSizeUp: count.default(2000),
    mode: z.enum(['triangular', 'triangular2', 'exp_range']).default('triangular'),
    gamma: z.number().positive().default(1),
  }),
  z.strictObject({
    name: z.literal('cosine'),
    warmupFraction: fraction.default(0.05),
    finalLrFactor: fraction.default(0),
  }),
])

const trainingSchema = z.strictObject({
  epochs: count.default(5).describe('passes over the training images'),
  batchSize: count.default(8).describe('images a step'),
  lr: z.number().positive().default(3e-4).describe('peak learning rate of the schedule'),
  schedule: scheduleSchema.prefault({ name: 'one-cycle' }).describe('one-cycle | reduce-on-plateau | cyclic | cosine'),
  adam: z
    .strictObject({
      beta1: fraction.default(0.9).describe('where the schedule does not cycle it'),
      beta2: fraction.default(0.999),
      epsilon: z.number().positive().default(1e-8),
    })
    .prefault({}),
  loss: z
    .strictObject({
      gamma: z.number().min(0).default(1).describe('focusing exponent'),
      alpha: fraction.nullable().default(null).describe('weight of positives, 1 - alpha of negatives; null: none'),
      labelSmoothing: fraction.default(0),
      reference: z.boolean().default(false).describe("the reference's weight of the batch mean"),
    })
    .prefault({}),
  sampling: z
    .union([
      z.enum(['shuffle', 'sequential']),
      z.strictObject({ positiveFraction: fraction }),
      z.strictObject({ positiveFactor: z.number().positive() }),
    ])
    .default('shuffle')
    .describe(
      'shuffle | sequential | {"positiveFraction": share of every batch} | {"positiveFactor": draws of a positive}',
    ),
  augmentation: z.enum(['none', 'level1', 'level2']).default('level1').describe('none | level1 | level2'),
  emaDecay: fraction.nullable().default(null).describe('average the weights with this decay a step; null: no average'),
  seed: seed.describe('of the weights, the order of images and the augmentation'),
  saveEvery: count.default(500).describe('steps between checkpoints within an epoch'),
  logEvery: count.default(10).describe('steps between lines of metrics.jsonl'),
})

const extractionSchema = z.strictObject({
  shard: z
    .string()
    .regex(/^(\d+\/\d+|auto(\/\d+)?)$/, 'expected 0/8, auto or auto/8')
    .nullable()
    .default(null)
    .describe('part of the images, 0/8 to 7/8; auto: from the variables of Slurm or Kubernetes; null: all'),
  contactSheet: z
    .boolean()
    .default(false)
    .describe('write contact-sheet.html: fallbacks, lowest scores, a random sample'),
  detectionBatch: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('files whose breasts are detected together; changes no byte'),
})

const threeAnchors = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])

const detectorSchema = z.strictObject({
  images: z
    .string()
    .default('data/detector')
    .describe('folder with images/{train,val}/*.png and labels/{train,val}/*.txt'),
  trainingData: z.string().default('').describe('what the images are: written into the model file'),
  width: z.number().positive().default(0.125).describe('channels by those of the large YOLOv5; nano is 0.25'),
  depth: z.number().positive().default(0.33).describe('bottlenecks by those of the large YOLOv5; nano is 0.33'),
  imageSize: z.int().multipleOf(32).min(64).default(256).describe('side of the square input, pixels'),
  anchors: z
    .tuple([threeAnchors, threeAnchors, threeAnchors])
    .default([
      [50, 110, 75, 140, 90, 190],
      [110, 150, 110, 230, 150, 120],
      [140, 190, 150, 245, 190, 240],
    ])
    .describe('widths and heights of three anchors per stride, pixels of the input'),
  steps: count.default(1600).describe('optimiser steps'),
  batchSize: count.default(8).describe('images a step'),
  lr: z.number().positive().default(4e-3).describe('peak learning rate of one cycle'),
  saveEvery: count.default(200).describe('steps between checkpoints'),
  seed: seed.describe('of weights, order and augmentation'),
})

export const configSchema = z.strictObject({
  description: z.string().default('').describe('what this configuration is for'),
  data: z.string().default('data').describe('folder that holds raw/ and processed/'),
  run: z.string().default('runs/default').describe('folder of the run'),
  weights: z.string().nullable().default(null).describe('safetensors file to start from, for example of timm'),
  engine: z
    .enum(['onnxruntime', 'tensorflow', 'tensorflow-gpu'])
    .default('onnxruntime')
    .describe('onnxruntime | tensorflow | tensorflow-gpu'),
  threads: z.int().min(1).default(availableParallelism()).describe('threads that a training step runs on'),
  workers: z.int().min(1).default(availableParallelism()).describe('threads that write or read images'),
  cacheMiB: z.int().min(0).default(2048).describe('memory for decoded images'),
  strict: z.boolean().default(false).describe('one failed image fails the command'),
  redo: z.boolean().default(false).describe('make images again that were made with other options'),
  phantom: phantomSchema.prefault({}),
  image: imageSchema.prefault({}),
  preprocess: preprocessSchema.default({}).describe('options of the breast finder, see mammogram-preprocess'),
  extraction: extractionSchema.prefault({}),
  split: splitSchema.prefault({}),
  model: modelSchema.prefault({}),
  training: trainingSchema.prefault({}),
  detector: detectorSchema.prefault({}),
})

/** A configuration with every default filled in. */
export type Config = z.infer<typeof configSchema>

/** What a caller may leave out: everything. */
export type ConfigInput = z.input<typeof configSchema>
