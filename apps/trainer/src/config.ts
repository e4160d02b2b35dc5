/** Every option of every command, with its range and default, in one object. */
import { availableParallelism } from 'node:os'
import { parseConfig as parse } from '@mammokit/command-line'
import { rasterSchema, resolvePreprocessOptions } from '@mammokit/mammogram-preprocess/options'
import { dataSetNames } from '@mammokit/screening-data'
import { deviceHelp, devices, engineHelp, engineNames } from '@mammokit/tensor-engine/names'
import { z } from 'zod'
import { count, fraction, seed, text } from './config-values.ts'
import { trainingSchema } from './training-config.ts'
import { wandbSchema } from './wandb-config.ts'

const belowOne = z.number().min(0).lt(1)
const stages = z.array(count).min(1).max(4)

const phantomSchema = z.strictObject({
  patients: count.default(40).describe('synthetic patients, four images each'),
  prevalence: fraction.default(0.1).describe('share of patients with cancer'),
  height: z.int().min(96).max(8192).default(4096).describe('height of the largest detector, pixels'),
  conspicuity: z.number().min(0).max(3).default(1.5).describe('contrast of the cancers; 0 makes them invisible'),
  look: z
    .enum(['plain', 'lifelike'])
    .default('plain')
    .describe('plain cancers are learned in minutes; lifelike ones are as hard to see as real ones'),
  seed: seed.describe('seed of the phantoms; the same seed writes the same bytes'),
})

const downloadSchema = z.strictObject({
  competition: text
    .default('rsna-breast-cancer-detection')
    .describe("Kaggle competition, the last part of its page's address"),
  dataset: text.nullable().default(null).describe('Kaggle data set in place of a competition, as owner/name'),
  datasetVersion: count.nullable().default(null).describe('version of the data set; null: the newest'),
  files: z
    .union([text, z.array(text), z.null()])
    .default(null)
    .describe('part of the files, a pattern as in .gitignore or several, such as *.csv or 10006; none: all'),
  to: text.nullable().default(null).describe('folder that receives the files; none: raw/ of the data folder'),
  dryRun: z.boolean().default(false).describe('say sizes and free disk, and fetch nothing'),
  verify: z.boolean().default(false).describe('compare files that are there by their checksum, not by size alone'),
  connections: z.int().min(1).max(32).default(4).describe('requests at a time'),
  retries: z.int().min(0).max(100).default(8).describe('failures in a row, without a byte, before giving up'),
  endpoint: text.default('https://www.kaggle.com').describe('address of the API, for a mirror'),
})

/** Name of a published layout. */
const layout = z.enum(dataSetNames).nullable().default(null)

const importSchema = z.strictObject({
  source: text.nullable().default(null).describe('folder of the data set as it was published'),
  from: layout.describe('published data set whose layout the folder has; none: the one that is recognized'),
  masks: z.boolean().default(true).describe('read the masks of lesions for their boxes, where the set has masks'),
  strict: z.boolean().default(false).describe('fail where anything was left out or is odd'),
})

const splitSchema = z
  .strictObject({
    method: z
      .enum(['reference', 'submission', 'k-fold', 'published'])
      .default('reference')
      .describe(
        "subsets: train, val and test; submission has no test; with k-fold, split.fold is val; published is the set's own",
      ),
    publishedOverlap: z
      .enum(['refuse', 'drop'])
      .default('refuse')
      .describe('patients in several published subsets: an error, or left out'),
    seed: seed.describe('seed of the patient shuffle'),
    testFraction: fraction.default(0.33).describe('share of patients in test'),
    validationFraction: fraction.default(0.1).describe('share of the remaining patients in val'),
    stratifyBy: z
      .array(text)
      .default(['cancer'])
      .describe('columns of train.csv to stratify by')
      .meta({ examples: [['cancer'], ['cancer', 'site_id']] }),
    folds: z.int().min(0).default(5).describe('cross-validation folds outside test'),
    fold: z.int().min(0).default(0).describe('fold that is val with k-fold, counted from 0'),
  })
  .superRefine(({ method, folds, fold }, context) => {
    if (method !== 'k-fold' || fold < folds) return
    const message = `a fold below ${folds}, the number of folds,`
    context.addIssue({ code: 'custom', path: ['fold'], message })
  })

/** SE-ResNeXt50 32x4d by default. */
const modelSchema = z.strictObject({
  layers: stages.default([3, 4, 6, 3]).describe('blocks per stage'),
  channels: stages.default([64, 128, 256, 512]).describe('base channels per stage'),
  cardinality: count.default(32).describe('groups of the 3x3 convolutions'),
  baseWidth: count.default(4).describe('channels per group'),
  stemType: z
    .enum(['plain', 'deep', 'deep_tiered'])
    .default('plain')
    .describe('one 7x7 convolution, or three of 3x3, of which the first may be narrower'),
  stemWidth: count.default(64).describe('channels of a plain stem; a deep one outputs twice as many'),
  avgDown: z.boolean().default(false).describe('average 2x2 pixels in shortcuts, where strides skip them'),
  antiAlias: z
    .enum(['none', 'blur', 'average'])
    .default('none')
    .describe("what halves the image in place of strides and of the stem's pool"),
  squeezeExcite: z.boolean().default(true).describe('squeeze-and-excitation; false is ResNeXt'),
  inputNormalization: z
    .strictObject({
      window: count.describe('side of the neighborhood, pixels, an odd number'),
      air: z
        .number()
        .default(0.02)
        .describe('largest gray value, of 0 to 1, that is air: it becomes 0 and no mean counts it'),
      floor: z.number().positive().default(0.02).describe('added to the spread, gray values of 0 to 1'),
    })
    .nullable()
    .default(null)
    .describe(
      'subtract from each pixel the mean of its neighborhood and divide by its spread there, within the network; null: no',
    )
    .meta({ examples: [{ window: 37 }] }),
  globalPool: z
    .union([
      z.enum(['avg', 'max', 'gem']),
      z.strictObject({
        places: count.describe('how many of the highest places are averaged'),
        window: count.describe("cells of the last block's image that a place is the mean of, in both directions"),
      }),
    ])
    .default('avg')
    .describe(
      "how the last block's image becomes one vector; gem is a generalized mean with a trained exponent; places: the mean of the highest places",
    ),
  fusion: z
    .enum(['mean', 'attention'])
    .nullable()
    .default(null)
    .describe(
      'train and predict breasts: CC and MLO through one network, their vectors averaged, or weighed by attention, before the last layer; null: single images',
    ),
  dropRate: belowOne.default(0).describe('share of the pooled features that a training step drops'),
  dropPathRate: belowOne.default(0).describe('share of images whose last block a training step passes over'),
})

const imageSchema = z.strictObject({
  height: z.int().min(32).default(1024).describe('height of a processed image, pixels'),
  width: z.int().min(32).default(512).describe('width of a processed image, pixels'),
  mean: z.number().default(0.449).describe("mean of gray in 0..1 (ImageNet's, averaged over its channels)"),
  std: z
    .number()
    .positive()
    .default(0.226)
    .describe("standard deviation of gray in 0..1 (ImageNet's, averaged over its channels)"),
})

/** Checked below by mammogram-preprocess, which owns these options; the size of the result is that of `image`. */
const preprocessSchema = z.looseObject({
  admission: z
    .record(z.string(), z.enum(['refuse', 'warn']))
    .optional()
    .describe('what is admitted beside 2-D mammograms for presentation; checks as in mammogram-preprocess')
    .meta({ examples: [{ intent: 'warn' }] }),
  frame: z
    .union([z.int().min(0), z.enum(['middle', 'maximum', 'mean'])])
    .optional()
    .describe('which frame of files with several, counted from 0, or a projection of all; none refuses them'),
  raster: rasterSchema
    .optional()
    .describe('what PNG, JPEG, TIFF and PGM files do not say of themselves; what is not given is inferred')
    .meta({ examples: [{ polarity: 'MONOCHROME2', bits: 12 }] }),
})

const extractionSchema = z.strictObject({
  shard: z
    .string()
    .regex(/^(\d+\/\d+|auto(\/\d+)?)$/)
    .meta({ examples: ['0/8', 'auto', 'auto/8'] })
    .nullable()
    .default(null)
    .describe("part of the images, i/n with i from 0; auto reads Slurm's or Kubernetes' variables; null: all"),
  contactSheet: z
    .boolean()
    .default(false)
    .describe('write contact-sheet.html: fallbacks, lowest scores and a random sample'),
  detectionBatch: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('images per run of the detector; the result does not depend on it'),
})

const validationSchema = z.strictObject({
  contents: z
    .boolean()
    .default(false)
    .describe('read the files too: damage, copies, headers that contradict the table'),
})

const sheetSchema = z.strictObject({
  file: text
    .nullable()
    .default(null)
    .describe('PNG file to write; null: processed/augmentation.png of the data folder'),
  images: z.int().min(1).max(64).default(6).describe('training images, a row each'),
  variants: z.int().min(1).max(32).default(7).describe('variants of each image, beside it as it is'),
})

const threeAnchors = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])

const detectorSchema = z.strictObject({
  images: text.default('data/detector').describe('folder with images/{train,val}/*.png and labels/{train,val}/*.txt'),
  trainingData: z.string().default('').describe('origin of the images, recorded in the model file'),
  width: z.number().positive().default(0.125).describe('width multiple, relative to YOLOv5l; YOLOv5n has 0.25'),
  depth: z.number().positive().default(0.33).describe('depth multiple, relative to YOLOv5l; YOLOv5n has 0.33'),
  imageSize: z.int().multipleOf(32).min(64).default(256).describe('side of the square input, pixels'),
  anchors: z
    .tuple([threeAnchors, threeAnchors, threeAnchors])
    .default([
      [50, 110, 75, 140, 90, 190],
      [110, 150, 110, 230, 150, 120],
      [140, 190, 150, 245, 190, 240],
    ])
    .describe('widths and heights of three anchors per stride, input pixels'),
  steps: count.default(1600).describe('optimizer steps'),
  batchSize: count.default(8).describe('images per step'),
  lr: z.number().positive().default(4e-3).describe('peak learning rate of the 1cycle schedule'),
  saveEvery: count.default(200).describe('steps between checkpoints'),
  seed: seed.describe('seed of weights, image order and augmentation'),
})

export const configSchema = z
  .strictObject({
    description: z.string().default('').describe('purpose of this configuration'),
    data: z
      .union([text, z.array(text).min(1)])
      .default('data')
      .describe('data folder, with raw/ and processed/; for train repeat the flag to use several'),
    set: layout.describe('published data set whose layout raw/ has; none: train.csv, images.csv or any folder'),
    run: text.default('runs/default').describe('run folder'),
    resume: text
      .nullable()
      .default(null)
      .describe(
        'checkpoint folder of another run, such as runs/a/checkpoints/epoch-003, from which a run without one goes on',
      ),
    dryRun: z
      .boolean()
      .default(false)
      .describe('take a few steps, say time, memory and disk of the run, write nothing'),
    fold: z
      .int()
      .min(0)
      .nullable()
      .default(null)
      .describe(
        'fold of splits.csv that is val, the others are train; its run is RUN/fold-N; null: the subsets of the split',
      ),
    folds: z
      .string()
      .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/)
      .meta({ examples: ['0-4', '0,2'] })
      .nullable()
      .default(null)
      .describe('folds to train one after the other'),
    pretrained: text
      .nullable()
      .default(null)
      .describe(
        "initial weights: a safetensors file, or for train timm's by name, such as seresnext50_32x4d.racm_in1k; null: random",
      ),
    engine: z.enum(engineNames).default('onnxruntime').describe(engineHelp),
    device: z.enum(devices).default('cpu').describe(deviceHelp),
    fitBatch: z
      .boolean()
      .default(false)
      .describe('choose training.microBatchSize once: the largest part of the batch whose step fits in memory'),
    memoryMiB: count
      .nullable()
      .default(null)
      .describe('memory that a run may take with fitBatch, MiB; null: nine tenths of what is free'),
    threads: count.default(availableParallelism()).describe('threads of a training step'),
    workers: count.default(availableParallelism()).describe('threads that read or write images'),
    cacheMiB: z.int().min(0).default(2048).describe('memory for decoded images, MiB'),
    maxLeftOut: fraction.default(0.1).describe('largest share of rows without a processed image, 0 to 1'),
    strict: z
      .boolean()
      .default(false)
      .describe('fail at the first image that cannot be processed; of validate: warnings fail it too'),
    redo: z.boolean().default(false).describe('process images again that were made with other options'),
    phantom: phantomSchema.prefault({}).describe('the synthetic data set'),
    download: downloadSchema.prefault({}).describe('download'),
    import: importSchema.prefault({}).describe('import'),
    image: imageSchema.prefault({}).describe('size and normalization of processed images'),
    preprocess: preprocessSchema.default({}).describe('options of the preprocessing, see mammogram-preprocess'),
    extraction: extractionSchema.prefault({}).describe('extract-rois'),
    validation: validationSchema.prefault({}).describe('validate'),
    split: splitSchema.prefault({}).describe('split'),
    model: modelSchema.prefault({}).describe('SE-ResNeXt'),
    sheet: sheetSchema.prefault({}).describe('augment'),
    training: trainingSchema.prefault({}).describe('train'),
    wandb: wandbSchema.prefault({}).describe('Weights & Biases'),
    detector: detectorSchema.prefault({}).describe('train-detector'),
  })
  .superRefine(({ fitBatch, memoryMiB, preprocess, model, image, training }, context) => {
    const excluded = training.patches === null ? undefined : besidePatches({ model, training })
    if (excluded !== undefined) {
      const message = `Expected ${excluded} beside training.patches, which have labels and shares of their own.`
      context.addIssue({ code: 'custom', path: ['training', 'patches'], message })
    }
    if (model.layers.length !== model.channels.length) {
      const message = `Expected as many stages as in model.layers, ${model.layers.length}, but received ${model.channels.length}.`
      context.addIssue({ code: 'custom', path: ['model', 'channels'], message })
    }
    if (model.inputNormalization !== null && !(image.mean === 0 && image.std === 1)) {
      const message = `Expected image.mean 0 and image.std 1 beside model.inputNormalization, which takes gray values as they are, but received ${image.mean} and ${image.std}.`
      context.addIssue({ code: 'custom', path: ['model', 'inputNormalization'], message })
    }
    if (memoryMiB !== null && !fitBatch) {
      const message = `Expected --batch-size auto (fitBatch) beside memoryMiB but received ${memoryMiB} alone.`
      context.addIssue({ code: 'custom', path: ['memoryMiB'], message })
    }
    const size = ['height', 'width'].find((name) => Object.hasOwn(preprocess, name))
    const path = ['preprocess', ...(size === undefined ? [] : [size])]
    const message =
      size === undefined ? preprocessFault(preprocess) : `Expected image.${size} but received preprocess.${size}.`
    if (message !== undefined) context.addIssue({ code: 'custom', path, message })
  })

/** What patches do not go together with, and has to be as it says. */
function besidePatches({ model, training }: Pick<Config, 'model' | 'training'>): string | undefined {
  if (model.fusion !== null) return 'model.fusion null'
  if (training.auxiliary !== null) return 'training.auxiliary null'
  if (training.shuffleLabels) return 'training.shuffleLabels false'
  return training.sampling === 'shuffle' ? undefined : 'training.sampling shuffle'
}

function preprocessFault(options: Record<string, unknown>): string | undefined {
  if (Object.keys(options).length === 0) return undefined // the shipped detector need not be hashed
  try {
    resolvePreprocessOptions(options)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** A configuration with every default filled in. */
export type Config = z.infer<typeof configSchema>

/** A configuration as a caller writes it: every key is optional. */
export type ConfigInput = z.input<typeof configSchema>

/**
 * Checks a configuration and fills in its defaults.
 *
 * @throws CommandLineError that names the first key that is unknown or out of range.
 * @example
 * parseConfig({ training: { epochs: 2 } }).training.batchSize // 8
 */
export function parseConfig(input: unknown): Config {
  return parse(configSchema, input)
}
