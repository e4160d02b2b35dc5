/** Every option of every command but `serve`, with its range and default. */
import { mapMethods } from '@mammokit/mammogram-classifier/heatmap'
import { rasterSchema } from '@mammokit/mammogram-preprocess/options'
import { augmentationsSchema, combinationSchema } from '@mammokit/training-run/schema'
import { z } from 'zod'
import { count, data, folderName, inference, maxLeftOut, resampling, run, text } from './config-values.ts'

const augmentation = augmentationsSchema.element

/** Abbreviations of the views of a breast (PS3.16 CID 4014). */
const views = ['CC', 'MLO', 'ML', 'LM', 'LMO', 'FB', 'SIO', 'ISO', 'XCCL', 'XCCM'] as const

export const predictSchema = z.strictObject({
  run: run.optional().describe('run folder, for example runs/default; required without --study'),
  data,
  subset: z.enum(['train', 'val', 'test']).default('val').describe('subset of splits.csv to predict'),
  epoch: count.optional().describe('epoch of the only checkpoint to use; with --study instead of the selected one'),
  study: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('files, folders or a DICOMDIR to answer instead of a subset: DICOM, PNG, JPEG, TIFF or PGM'),
  model: text
    .optional()
    .describe('ONNX file of export that answers --study in place of --run; without both the one for demonstration'),
  calibration: text.optional().describe('with --study: file of calibrate, whose calibration and threshold are used'),
  output: text.optional().describe('folder for result.json of --study, study-result by default'),
  dicomOut: text
    .optional()
    .describe('folder for DICOM objects of --study: a structured report for each study, a capture of each overlay'),
  laterality: z.enum(['L', 'R']).optional().describe('breast of the files of --study that do not say it themselves'),
  view: z.enum(views).optional().describe('view of the files of --study that do not say it themselves'),
  admission: z
    .record(z.string(), z.enum(['refuse', 'warn']))
    .default({})
    .describe('what --study admits beside mammograms, over the choices of the model; checks as in mammogram-preprocess')
    .meta({ examples: [{ intent: 'warn' }] }),
  frame: z
    .union([z.int().min(0), z.enum(['middle', 'maximum', 'mean'])])
    .optional()
    .describe(
      'which frame of the files of --study, counted from 0, or a projection of all; none refuses files with several',
    ),
  raster: rasterSchema
    .default({})
    .describe('what the PNG, JPEG, TIFF and PGM files of --study are, over the choices of the model')
    .meta({ examples: [{ polarity: 'MONOCHROME2', bits: 12 }] }),
  maxLeftOut,
  ...inference,
})

export const ensembleSchema = z.strictObject({
  run: text.describe('folder of the ensemble, which predict, select, test and report take as a run'),
  member: z
    .union([text, z.array(text).min(1)])
    .describe('run whose selected checkpoint is one of the networks; repeat the flag for several'),
  combine: combinationSchema
    .default('logits')
    .describe(
      'how their logits become one: the mean, or that of the quantiles which they are among those of the validation set',
    ),
  tta: z
    .union([augmentation, z.array(augmentation).min(1)])
    .optional()
    .describe(
      'pictures of each image that are averaged with it: mirrored, 10 % larger and smaller, or its four corners; repeat the flag for several',
    ),
})

const thresholdRule = {
  rule: z
    .enum(['f1', 'reference', 'sensitivity', 'specificity', 'recall-rate', 'utility'])
    .default('f1')
    .describe(
      'how the threshold is chosen: the middle of those within a standard error of the best F1; the best F1 itself, as the reference; or by --at',
    ),
  at: z
    .number()
    .min(0)
    .optional()
    .describe(
      'least sensitivity or specificity, or largest share of breasts called, of the threshold by that --rule; of utility the cost of a false alarm in cancers found',
    ),
  gridStep: z
    .number()
    .min(1e-6)
    .max(1)
    .optional()
    .describe(
      'step of the threshold grid of --rule reference, 0.001 in the reference itself; none tries every observed probability',
    ),
}

export const selectSchema = z.strictObject({
  run,
  data,
  subset: z.enum(['train', 'val']).default('val').describe('subset whose predictions decide'),
  aggregation: z.enum(['mean', 'max', 'min']).default('mean').describe("how a breast's images become one probability"),
  ...thresholdRule,
  ...resampling,
})

export const testSchema = z.strictObject({
  run,
  data,
  subset: z
    .enum(['val', 'test'])
    .default('test')
    .describe('subset to test on; val where a submission split has no test'),
  external: text
    .optional()
    .describe('data folder of labeled cases that the run never saw, processed by extract-rois, to test on all of'),
  name: folderName
    .optional()
    .describe('name of the folder in the run for the result of --external; that of its data folder by default'),
  unrelatedIds: z
    .boolean()
    .default(false)
    .describe("accept patient ids of --external that the run's data also have: they are other people"),
  again: z.boolean().default(false).describe('test again although test.json has the result of another selection'),
  maxLeftOut,
  ...inference,
  ...resampling,
})

export const reportSchema = z.strictObject({
  run: run.optional(),
  model: text
    .optional()
    .describe('ONNX file of export in place of --run: it is tested on all labeled images of --data, by itself alone'),
  data,
  name: folderName
    .optional()
    .describe('with --model: name of the folder in sites/ beside the file for the page; that of --data by default'),
  images: z
    .int()
    .min(0)
    .default(8)
    .describe('how many images to show of cancers found, false alarms, missed cancers and cleared breasts each'),
  anonymous: z.boolean().default(false).describe('number the patients on the page instead of giving their ids'),
  compare: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('run whose training curves and figures to show beside; repeat the flag for several'),
  prevalence: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('share of breasts with cancer for which predictive values are given beside those of the set'),
  maxLeftOut: maxLeftOut.describe('with --model: largest share of the labeled images without a processed image'),
  engine: inference.engine,
  device: inference.device,
  threads: inference.threads,
})

export const explainSchema = z.strictObject({
  run,
  data,
  subset: z.enum(['train', 'val', 'test']).default('test').describe('subset of splits.csv to explain'),
  image: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('image id to explain alone; repeat the flag for several; none explains all of the subset'),
  epoch: count.optional().describe('epoch of the checkpoint to use instead of the selected one'),
  method: z
    .enum(mapMethods)
    .optional()
    .describe(
      'cam of the forward pass, or gradients for any stage and pooling; none takes cam where the network has it, else grad-cam',
    ),
  stage: count.optional().describe('stage of the network whose output is mapped, 1 to 4; the last by default'),
  images: z.int().min(0).default(24).describe('how many of the highest-scored images to draw without --image'),
  height: count
    .optional()
    .describe('height of the pictures in pixels, at least; none draws all pixels of the original image'),
  sanity: z
    .boolean()
    .default(false)
    .describe('compare the maps with those of random weights, from the last layer down'),
  against: text.optional().describe('run whose maps to compare with, such as one that was trained on shuffled labels'),
  sanityImages: count.default(32).describe('how many images to compare with random weights and with another run'),
  ...inference,
})

export const exportSchema = z.strictObject({
  run,
  data,
  precision: z
    .enum(['float32', 'float16', 'int8'])
    .default('float32')
    .describe('of the weights; float16 halves the file, int8 quarters it, and what either costs is measured'),
  images: count.default(32).describe('how many images to compare with the run before the file is written'),
  calibration: text
    .optional()
    .describe('file of calibrate, whose calibration and threshold the file gets in place of those of the run'),
  output: text
    .optional()
    .describe('ONNX file to write, with model-card.md beside it; model.onnx of the run by default'),
  timm: text.optional().describe('folder to write the weights to as well, with what timm in Python needs to run them'),
  threads: inference.threads,
  workers: inference.workers,
  batchSize: inference.batchSize,
})

export const submitSchema = z.strictObject({
  run,
  data: text
    .default('data')
    .describe('data folder with raw/test.csv, whose images extract-rois has processed; no labels are needed'),
  values: z
    .enum(['thresholded', 'calibrated', 'raw'])
    .default('thresholded')
    .describe(
      'answer for a breast: 1 at or above the selected threshold, else 0, which its pF1 was selected by; or its probability, calibrated or raw',
    ),
  output: text.optional().describe('CSV file to write; submission.csv of the run by default'),
  maxLeftOut: maxLeftOut.describe('largest share of the rows of test.csv without a processed image'),
  ...inference,
})

export const calibrateSchema = z.strictObject({
  run: run.optional(),
  model: text
    .optional()
    .describe('ONNX file of export in place of --run; drift.html and the check of patients need the run'),
  data: data.describe('data folder of the run, with raw/ and processed/; repeat the flag to use several'),
  site: text.describe("data folder of the site's own cases, labeled, which extract-rois has processed"),
  name: folderName.optional().describe("name of the site's folder in the run; that of --site by default"),
  unrelatedIds: z
    .boolean()
    .default(false)
    .describe("whether patient ids that the run's data have too are of other people"),
  rule: thresholdRule.rule
    .unwrap()
    .optional()
    .describe('how the threshold is chosen anew, as by select; it stays where it is without'),
  at: thresholdRule.at,
  gridStep: thresholdRule.gridStep,
  maxLeftOut: maxLeftOut.describe('largest share of the labeled images of the site without a processed image'),
  ...inference,
  ...resampling,
})

export type EnsembleConfig = z.input<typeof ensembleSchema>
export type ExplainConfig = z.input<typeof explainSchema>
export type CalibrateConfig = z.input<typeof calibrateSchema>
export type ExportConfig = z.input<typeof exportSchema>
export type PredictConfig = z.input<typeof predictSchema>
export type SelectConfig = z.input<typeof selectSchema>
export type TestConfig = z.input<typeof testSchema>
export type ReportConfig = z.input<typeof reportSchema>
export type SubmitConfig = z.input<typeof submitSchema>
