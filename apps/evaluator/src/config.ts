/** Every option of every command, with its range and default. */
import { availableParallelism } from 'node:os'
import { mapMethods } from '@mammokit/mammogram-classifier/heatmap'
import { rasterSchema } from '@mammokit/mammogram-preprocess/options'
import { devices, engineNames } from '@mammokit/tensor-engine/names'
import { augmentationsSchema, combinationSchema } from '@mammokit/training-run/schema'
import { z } from 'zod'

const text = z.string().min(1)
const count = z.int().min(1)
/** Of a folder in the run: no path, and none that is hidden. */
const folderName = text.refine((name) => /^[^./\\][^/\\]*$/.test(name), 'expected the name of a folder, not a path')
const run = text.describe('run folder, for example runs/default')
const data = z
  .union([text, z.array(text).min(1)])
  .default('data')
  .describe('data folder, with raw/ and processed/; repeat the flag to use several')
const inference = {
  engine: z
    .enum(engineNames)
    .default('onnxruntime')
    .describe('engine that runs the network; those of TensorFlow need tfjs-node or tfjs-node-gpu'),
  device: z
    .enum(devices)
    .default('cpu')
    .describe(
      "where onnxruntime computes; webgpu takes any graphics adapter, cuda NVIDIA's libraries, openvino an installed OpenVINO",
    ),
  threads: count.default(availableParallelism()).describe('threads of the network'),
  workers: count.default(availableParallelism()).describe('threads that read images'),
  batchSize: count.default(4).describe('images per forward pass'),
}
const augmentation = augmentationsSchema.element
const maxLeftOut = z
  .number()
  .min(0)
  .max(1)
  .default(0.1)
  .describe('largest share of the rows of a subset without a processed image')
const resampling = {
  resamples: count
    .max(1e7)
    .default(1000)
    .describe('bootstrap resamples of patients for the 95 % intervals that need them'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(13)
    .describe('seed of the bootstrap'),
}

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

const days = z.number().min(0).max(36_500)
const port = z.int().min(0).max(65_535)

/** What the spool of `serve` takes at most, from whatever listener. */
const spoolLimits = z.strictObject({
  objectBytes: count.optional().describe('bytes of a file'),
  spoolBytes: count.optional().describe('bytes of all files together'),
  freeBytes: z.int().min(0).optional().describe('bytes that stay free on the disk, for results'),
  objectsPerStudy: count.optional().describe('files of a study'),
  waitingStudies: count.optional().describe('studies that are not answered yet'),
})

/** What `serve` takes at most over HTTP. */
const httpLimits = z.strictObject({
  partBytes: count.optional().describe('bytes of a file'),
  requestBytes: count.optional().describe('bytes of a request'),
  parts: count.optional().describe('files of a request'),
  requestSeconds: count.optional().describe('seconds for a request'),
  idleSeconds: count.optional().describe('seconds without a byte'),
  uploads: count.optional().describe('requests with files at once'),
  connections: count.optional().describe('connections at once'),
})

/** What `serve` takes at most by C-STORE. */
const dicomLimits = z.strictObject({
  maxAssociations: count.optional().describe('associations at once'),
  idleSeconds: z.number().gt(0).max(86_400).optional().describe('seconds without a PDU'),
  maxPduBytes: z
    .int()
    .min(4096)
    .max(2 ** 20)
    .optional()
    .describe('bytes of a PDU'),
})

export const serveSchema = z.strictObject({
  run: run.optional().describe('run folder whose selected checkpoint answers'),
  model: text
    .optional()
    .describe('ONNX file of export that answers in place of --run; without both the one for demonstration'),
  epoch: count.optional().describe('epoch of --run that answers instead of the selected one'),
  calibration: text.optional().describe('file of calibrate, whose calibration and threshold are used'),
  spool: text.default('spool').describe('folder for studies and their results; one process at a time may use it'),
  spoolLimits: spoolLimits.prefault({}),
  quietSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(30)
    .describe('a study is complete when no image came for so long'),
  keep: days.default(7).describe('days that images and overlays stay after an answer; 0 removes them at once'),
  keepResults: days.default(30).describe('days that results stay'),
  keepRecords: days
    .default(365)
    .describe('days, after those, that it stays known that a study was answered, and as which reports'),
  http: z.boolean().default(true).describe('whether to listen for HTTP'),
  httpHost: text.default('127.0.0.1').describe('address for HTTP; beyond loopback a token and TLS are required'),
  httpPort: port.default(8080).describe('port for HTTP, off for none'),
  tokenFile: text
    .optional()
    .describe('file with the token that requests must bring; MAMMOKIT_TOKEN in the environment does the same'),
  tlsCert: text.optional().describe('certificate chain for TLS, PEM'),
  tlsKey: text.optional().describe('private key for TLS, PEM'),
  httpLimits: httpLimits.prefault({}),
  dicom: z.boolean().default(true).describe('whether to listen for C-STORE'),
  dicomHost: text
    .default('127.0.0.1')
    .describe('address for C-STORE; beyond loopback TLS or a list of peers is required'),
  dicomPort: port.default(11_112).describe('port for C-STORE, off for none'),
  aeTitle: text.max(16).default('MAMMOKIT').describe('AE title, which senders must call and receivers are called by'),
  peer: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('address or network, such as 10.1.0.0/16, that may send by C-STORE; repeat the flag for several'),
  dicomTlsCert: text.optional().describe('certificate chain for C-STORE over TLS, PEM'),
  dicomTlsKey: text.optional().describe('its private key, PEM'),
  dicomTlsCa: text.optional().describe('certificate of those whom senders must have a certificate of, PEM'),
  dicomLimits: dicomLimits.prefault({}),
  storeTo: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe(
      'AET@host:port that gets a report of each study and a capture of each overlay; repeat the flag for several',
    ),
  storeToTlsCa: text
    .optional()
    .describe('certificate of the CA of those receivers, PEM: everything goes to them over TLS'),
  storeToTlsCert: text.optional().describe('certificate chain for receivers that ask for one, PEM'),
  storeToTlsKey: text.optional().describe('private key of that certificate, PEM'),
  storeToPlain: z
    .boolean()
    .default(false)
    .describe('send without TLS beyond this machine too, such as within a protected network'),
  studySeconds: z.number().min(1).max(86_400).default(1800).describe('time for a study, after which it fails'),
  check: z.boolean().default(false).describe('ask the service that runs with these flags whether it is ready, and end'),
  admission: predictSchema.shape.admission,
  frame: predictSchema.shape.frame,
  raster: predictSchema.shape.raster,
  engine: inference.engine,
  device: inference.device,
  threads: inference.threads,
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
    .describe("whether patient ids of --external that the run's data have too are of other people"),
  again: z.boolean().default(false).describe('test again although test.json has the result of another selection'),
  maxLeftOut,
  ...inference,
  ...resampling,
})

export const reportSchema = z.strictObject({
  run,
  data,
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

export type EnsembleConfig = z.input<typeof ensembleSchema>
export type ExplainConfig = z.input<typeof explainSchema>
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

export type CalibrateConfig = z.input<typeof calibrateSchema>
export type ExportConfig = z.input<typeof exportSchema>
export type ServeConfig = z.input<typeof serveSchema>
export type PredictConfig = z.input<typeof predictSchema>
export type SelectConfig = z.input<typeof selectSchema>
export type TestConfig = z.input<typeof testSchema>
export type ReportConfig = z.input<typeof reportSchema>
export type SubmitConfig = z.input<typeof submitSchema>
