/** `predict`: a probability for every image of a subset from every checkpoint of a run (the reference's generate_predictions). */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { cleanLeftovers } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, silentContext } from '@mammokit/command-line'
import { openClassifier, sigmoid } from '@mammokit/mammogram-classifier'
import { assertImagesPresent } from '@mammokit/mammogram-dataset'
import type { ProcessedRow } from '@mammokit/screening-data'
import {
  assertSamePreprocessing,
  type ExpectedPredictions,
  epochName,
  foldRun,
  hashSources,
  listEpochs,
  listFolds,
  type Prediction,
  type RunConfig,
  readEpochWeights,
  readRunConfig,
  readVerifiedPredictions,
  runPaths,
  type Subset,
  TrainingRunError,
  withFolderLock,
  writePredictions,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { type PredictConfig, predictSchema } from '../config.ts'
import { assertNoStray } from '../stray-option.ts'
import { packageVersion } from '../version.ts'
import { openFolds, writeOutOfFold } from './out-of-fold.ts'
import { logitsOf, openRows } from './predict-rows.ts'
import { openSubsets, type SubsetRows, type Subsets } from './subset-rows.ts'

export interface PredictSummary {
  readonly images: number
  /** Files that were written now. */
  readonly written: readonly string[]
  /** Files that were there already, whole and of the same weights and images. */
  readonly kept: readonly string[]
}

/** Options that mean nothing for a subset of the run's own data. */
const studyOnly = [
  ...(['model', 'calibration', 'output', 'dicomOut'] as const),
  ...(['laterality', 'view', 'frame', 'admission', 'raster'] as const),
]

type RunPrediction = z.output<typeof predictSchema> & { readonly run: string }

/** Writes predictions/<subset>/<epoch>.csv for each checkpoint that has none yet; of a run of folds for each fold, and val for all together. */
export async function predict(input: PredictConfig, context: CommandContext = silentContext): Promise<PredictSummary> {
  const { run, ...others } = parseConfig(predictSchema, input)
  if (run === undefined) {
    throw new CommandLineError(
      'invalid-value',
      'Expected a run folder for --run but received nothing. Give the run to predict with, or files with --study.',
    )
  }
  assertNoStray(studyOnly, others, predictSchema.parse({}), { flag: '--study', gives: 'the files to answer' })
  const config = { ...others, run }
  const folds = await listFolds(config.run)
  if (folds.length === 0) return predictRun(config, context)
  const summaries: PredictSummary[] = []
  for (const fold of folds) summaries.push(await predictRun({ ...config, run: foldRun(config.run, fold) }, context))
  const merged =
    config.subset === 'val' && config.epoch === undefined
      ? await writeOutOfFold(config.run, await openFolds(config.run, folds, config.data))
      : []
  for (const path of merged) context.progress.line(`Wrote the out-of-fold predictions ${path}`)
  return {
    images: summaries.reduce((sum, { images }) => sum + images, 0),
    written: [...summaries.flatMap(({ written }) => written), ...merged],
    kept: summaries.flatMap(({ kept }) => kept),
  }
}

/** The same of one run, whose data folders may have been read already. */
export async function predictRun(
  config: RunPrediction,
  { progress, signal }: CommandContext,
  subsets?: Subsets,
): Promise<PredictSummary> {
  const run = runPaths(config.run)
  const runConfig = await readRunConfig(config.run)
  const { rows, notes, splitsSha256 } = (subsets ?? (await openSubsets(config.data, runConfig))).read(config)
  for (const note of notes) progress.line(note)

  const epochs = config.epoch === undefined ? await listEpochs(config.run) : [config.epoch]
  const predicted = { into: config.run, subset: config.subset, rows, splitsSha256 }
  const pending = await predictRows(epochs, predicted, config, runConfig, { progress, ...(signal && { signal }) })
  const path = (epoch: number) => run.predictions(config.subset, epoch)
  const kept = epochs.filter((epoch) => !pending.includes(epoch))
  progress.line(
    `Predicted ${rows.length} images of ${config.subset} with ${pending.length} checkpoints; ${kept.length} had predictions already.`,
  )
  return { images: rows.length, written: pending.map(path), kept: kept.map(path) }
}

/** What is predicted, and the folder whose predictions/ gets it: the run's own, or that of another place's cases. */
export interface PredictedRows extends Pick<SubsetRows, 'rows' | 'splitsSha256'> {
  readonly into: string
  readonly subset: Subset
}

/** Where the weights are, and how they are run. */
export type RowPrediction = Pick<RunPrediction, 'run' | 'engine' | 'device' | 'threads' | 'workers' | 'batchSize'>

/** Writes the predictions of the epochs that have none of these rows, and returns which these were. */
export async function predictRows(
  epochs: readonly number[],
  predicted: PredictedRows,
  config: RowPrediction,
  runConfig: RunConfig,
  { progress, signal }: CommandContext,
): Promise<number[]> {
  const { into, subset, rows, splitsSha256 } = predicted
  const pending: number[] = []
  for (const epoch of epochs) {
    const { preprocessHash, checkpointHash } = await readEpochWeights(config.run, epoch)
    const path = runPaths(config.run).weights(epoch)
    assertSamePreprocessing(runConfig.preprocessHash, "the run's config.json", preprocessHash, path)
    const expected = { run: into, config: runConfig, subset, rows, splitsSha256, epoch, checkpointHash }
    if (!(await isDone(expected, progress.line))) pending.push(epoch)
  }
  if (pending.length === 0) return pending
  await assertImagesPresent(rows)
  const folder = dirname(runPaths(into).predictions(subset, pending[0]))
  await withFolderLock(folder, { doing: 'predicts', onWait: progress.line }, async () => {
    await cleanLeftovers(folder)
    await predictEach(pending, predicted, config, runConfig, { progress, ...(signal && { signal }) })
  })
  return pending
}

async function predictEach(
  epochs: readonly number[],
  { into, subset, rows, splitsSha256 }: PredictedRows,
  config: RowPrediction,
  runConfig: RunConfig,
  { progress, signal }: CommandContext,
): Promise<void> {
  const { engine, device, threads, workers, batchSize } = config
  const classifier = await openClassifier(runConfig, { engine, device, threads, batchSize })
  const loader = openRows(rows, { image: runConfig.image, batchSize, workers, cache: true, signal })
  try {
    for (const [index, epoch] of epochs.entries()) {
      const { weights, preprocessHash, checkpointHash } = await readEpochWeights(config.run, epoch)
      await classifier.load(weights)
      const imagesAfter = (epochs.length - index - 1) * rows.length
      const stage = { unit: 'images', secondsAfter: (secondsPerImage: number) => imagesAfter * secondsPerImage }
      progress.start(`${epochName(epoch)} on ${subset}`, rows.length, stage)
      const logits = await logitsOf(loader, rows, classifier, (done) => progress.update(done), signal)
      progress.stop()
      const source = {
        ...{ subset, epoch, checkpointHash, preprocessHash },
        ...{ splitsSha256, dataSha256: hashSources(rows), mammokit: packageVersion() },
      }
      await writePredictions(
        into,
        source,
        rows.map((row, index) => predictionOf(row, logits[index])),
      )
    }
  } finally {
    progress.stop()
    await loader.close()
    await classifier.dispose()
  }
}

function predictionOf({ imageId, patientId, laterality, view, cancer }: ProcessedRow, logit: number): Prediction {
  return { imageId, patientId, laterality, view, target: cancer, logit, probability: sigmoid(logit) }
}

/** Whether there is a file with the predictions of these weights for these images; one of anything else is made again. */
async function isDone(expected: ExpectedPredictions, line: (text: string) => void): Promise<boolean> {
  if (!existsSync(runPaths(expected.run).predictions(expected.subset, expected.epoch))) return false
  try {
    await readVerifiedPredictions(expected)
    return true
  } catch (error) {
    if (!(error instanceof TrainingRunError)) throw error
    line(`Predicting ${epochName(expected.epoch)} again. ${error.message.replace(/ Predict again: .*$/, '')}`)
    return false
  }
}
