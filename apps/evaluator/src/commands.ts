/** The argument table: what the command line of each subcommand takes, and where its function is. */
import { type Command, defineCommand } from '@mammokit/command-line'
import {
  calibrateSchema,
  explainSchema,
  exportSchema,
  predictSchema,
  reportSchema,
  selectSchema,
  submitSchema,
  testSchema,
} from './config.ts'

const folders = { run: '--run <dir>', data: '--data <dir>' }
const inference = {
  engine: '--engine <name>',
  device: '--device <name>',
  threads: '--threads <n>',
  workers: '--workers <n>',
  batchSize: '--batch-size <n>',
}
const resampling = { resamples: '--resamples <n>', seed: '--seed <n>' }

/** A command is loaded when it is called: `select` needs no network and no plots. */
export const commands: readonly Command[] = [
  defineCommand({
    name: 'predict',
    summary: 'Predict every image of a subset with every checkpoint of a run, or answer studies with --study.',
    schema: predictSchema,
    load: async ({ study }) =>
      study === undefined
        ? (await import('./predict/predict.ts')).predict
        : (await import('./predict/predict-study.ts')).predictStudy,
    flags: {
      ...folders,
      subset: '--subset <name>',
      epoch: '--epoch <n>',
      study: '--study <path...>',
      model: '--model <file>',
      calibration: '--calibration <file>',
      output: '--output <dir>',
      dicomOut: '--dicom-out <dir>',
      laterality: '--laterality <side>',
      view: '--view <name>',
      frame: '--frame <n|name>',
      admission: '--admission <json>',
      raster: '--raster <json>',
      maxLeftOut: '--max-left-out <share>',
      ...inference,
    },
  }),
  defineCommand({
    name: 'select',
    summary: 'Select the checkpoint and the threshold with the best pF1 per breast; write selection.json.',
    schema: selectSchema,
    load: async () => (await import('./select/select.ts')).select,
    flags: {
      ...folders,
      subset: '--subset <name>',
      aggregation: '--aggregation <name>',
      rule: '--rule <name>',
      at: '--at <number>',
      gridStep: '--grid-step <step>',
      ...resampling,
    },
  }),
  defineCommand({
    name: 'test',
    summary: 'Test the selected checkpoint and threshold on the test set, once; write test.json.',
    schema: testSchema,
    load: async () => (await import('./test/test.ts')).test,
    flags: {
      ...folders,
      subset: '--subset <name>',
      again: '--again',
      maxLeftOut: '--max-left-out <share>',
      ...inference,
      ...resampling,
    },
  }),
  defineCommand({
    name: 'report',
    summary: 'Write report.html: figures, curves, training, images and configuration on one page.',
    schema: reportSchema,
    load: async () => (await import('./report/report.ts')).report,
    flags: {
      ...folders,
      images: '--images <n>',
      prevalence: '--prevalence <share>',
      compare: '--compare <dir>',
      anonymous: '--anonymous',
    },
  }),
  defineCommand({
    name: 'submit',
    summary: "Predict the images of the competition's test.csv, which have no labels; write submission.csv.",
    schema: submitSchema,
    load: async () => (await import('./submit/submit.ts')).submit,
    flags: {
      ...folders,
      values: '--values <name>',
      output: '--output <file>',
      maxLeftOut: '--max-left-out <share>',
      ...inference,
    },
  }),
  defineCommand({
    name: 'calibrate',
    summary: "Hold calibration and threshold against a site's own cases; write what they become, and what drifted.",
    schema: calibrateSchema,
    load: async () => (await import('./site/calibrate.ts')).calibrate,
    flags: {
      ...folders,
      model: '--model <file>',
      site: '--site <dir>',
      name: '--name <name>',
      unrelatedIds: '--unrelated-ids',
      rule: '--rule <name>',
      at: '--at <number>',
      gridStep: '--grid-step <step>',
      maxLeftOut: '--max-left-out <share>',
      ...inference,
      ...resampling,
    },
  }),
  defineCommand({
    name: 'explain',
    summary: 'Draw where the network sees evidence for cancer, and hold it against lesions that are known.',
    schema: explainSchema,
    load: async () => (await import('./explain/explain.ts')).explain,
    flags: {
      ...folders,
      subset: '--subset <name>',
      image: '--image <id>',
      epoch: '--epoch <n>',
      method: '--method <name>',
      stage: '--stage <n>',
      images: '--images <n>',
      height: '--height <n>',
      sanity: '--sanity',
      against: '--against <dir>',
      sanityImages: '--sanity-images <n>',
      ...inference,
    },
  }),
  defineCommand({
    name: 'export',
    summary: 'Write the selected checkpoint as one ONNX file, checked against the run, with a model card.',
    schema: exportSchema,
    load: async () => (await import('./export/export.ts')).exportRun,
    flags: {
      ...folders,
      precision: '--precision <name>',
      images: '--images <n>',
      calibration: '--calibration <file>',
      output: '--output <file>',
      timm: '--timm <dir>',
      threads: '--threads <n>',
      workers: '--workers <n>',
      batchSize: '--batch-size <n>',
    },
  }),
]
