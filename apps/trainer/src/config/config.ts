/** Every option of every command, with its range and default, in one object. */
import { availableParallelism } from 'node:os'
import { parseConfig as parse } from '@mammokit/command-line'
import { deviceHelp, devices, engineHelp, engineNames } from '@mammokit/tensor-engine/names'
import { z } from 'zod'
import { contradictionsOf } from './contradictions.ts'
import { downloadSchema, importSchema, layout, phantomSchema, splitSchema, validationSchema } from './data-config.ts'
import { detectorSchema } from './detector-config.ts'
import { extractionSchema, imageSchema, preprocessSchema, sheetSchema } from './image-config.ts'
import { modelSchema } from './model-config.ts'
import { trainingSchema } from './training-config.ts'
import { count, fraction, text } from './values.ts'
import { wandbSchema } from './wandb-config.ts'

const optionsSchema = z.strictObject({
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
  dryRun: z.boolean().default(false).describe('take a few steps, say time, memory and disk of the run, write nothing'),
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
    .describe('exit with an error at the end if any image failed; of validate: treat warnings as errors'),
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

export const configSchema = optionsSchema.superRefine((options, context) => {
  for (const { path, message } of contradictionsOf(options)) context.addIssue({ code: 'custom', path, message })
})

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
