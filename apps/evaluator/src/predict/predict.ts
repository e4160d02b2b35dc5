/** `predict`: a probability for every image of a subset from every checkpoint of a run (the reference's generate_predictions). */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { cleanLeftovers } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, plural, silentContext } from '@mammokit/command-line'
import { readNetworks } from '@mammokit/mammogram-classifier/selection'
import type { Precision } from '@mammokit/tensor-engine/names'
import {
  type Augmentations,
  type ExpectedPredictions,
  epochName,
  readVerifiedPredictions,
  runPaths,
  TrainingRunError,
  withFolderLock,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { type PredictConfig, predictSchema } from '../config.ts'
import { assertNoStray } from '../stray-option.ts'
import { openEvaluated } from './evaluated-run.ts'
import type { EvaluatedRun } from './network.ts'
import { writeTogether } from './network-predictions.ts'
import type { PredictedNetworks, PredictedRows, RowPrediction } from './predict-epochs.ts'
import type { Subsets } from './subset-rows.ts'

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

/** Writes predictions/<subset>/<epoch>.csv for each checkpoint that has none yet; of several networks for each, and what they say together. */
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
  return predictEvaluated(await openEvaluated(run, config.data), config, context)
}

/** The same of a run that is open already: each of its networks, and where there are several what they say together. */
export async function predictEvaluated(
  evaluated: EvaluatedRun,
  config: RunPrediction,
  context: CommandContext,
): Promise<PredictSummary> {
  const { run, combine, augmentations, isOutOfFold } = evaluated
  const { subset, epoch } = config
  if (combine === null) return predictRun(config, context, evaluated)
  const epochs = epoch === undefined ? evaluated.epochs : [epoch]
  const [first] = epochs.filter((each) => evaluated.epochs.includes(each))
  if (first === undefined) {
    throw new CommandLineError(
      'invalid-value',
      `Expected one of the epochs ${evaluated.epochs.join(', ')} of ${run} for --epoch but received ${epoch}. Choose one, or leave it out.`,
      { run, epoch },
    )
  }
  // Quantiles are those among the validation scores.
  const subsets = combine === 'quantiles' && subset !== 'val' ? (['val', subset] as const) : [subset]
  const summaries: PredictSummary[] = []
  for (const network of await evaluated.networks(first)) {
    for (const each of subsets) {
      const own = { run: network.run, subset: each, epoch: isOutOfFold ? epoch : network.epoch }
      const options = { into: network.into, augmentations, subsets: network.subsets }
      summaries.push(await predictRun({ ...config, ...own }, context, options))
    }
  }
  const together: string[] = []
  // What all folds say of what some were trained on is no prediction.
  if (!(isOutOfFold && subset === 'train')) {
    for (const each of epochs) together.push(await writeTogether(evaluated, subset, each))
  }
  const what = isOutOfFold && subset === 'val' ? 'out-of-fold' : 'combined'
  for (const path of together) context.progress.line(`Wrote the ${what} predictions ${path}`)
  const { rows } = evaluated.subsets.read({ subset })
  return {
    images: rows.length,
    written: [...summaries.flatMap(({ written }) => written), ...together],
    kept: summaries.flatMap(({ kept }) => kept),
  }
}

interface NetworkOptions {
  /** Of the run's data folders. */
  readonly subsets: Subsets
  /** Folder whose predictions/ gets them. @default the run's */
  readonly into?: string
  /** @default none */
  readonly augmentations?: Augmentations
}

/** Of one network. */
export async function predictRun(
  config: RunPrediction,
  { progress, signal }: CommandContext,
  { subsets, into = config.run, augmentations = [] }: NetworkOptions,
): Promise<PredictSummary> {
  const run = runPaths(into)
  const networks = await readNetworks(config.run)
  const { rows, notes, splitsSha256 } = subsets.read(config)
  for (const note of notes) progress.line(note)

  const epochs = config.epoch === undefined ? await networks.epochs() : [config.epoch]
  const predicted = { into, subset: config.subset, rows, splitsSha256, augmentations }
  const pending = await predictRows(epochs, predicted, config, networks, { progress, ...(signal && { signal }) })
  const path = (epoch: number) => run.predictions(config.subset, epoch)
  const kept = epochs.filter((epoch) => !pending.includes(epoch))
  progress.line(
    `Predicted ${plural(rows.length, 'image')} of ${config.subset} with ${plural(pending.length, 'checkpoint')}; ${kept.length} had predictions already.`,
  )
  return { images: rows.length, written: pending.map(path), kept: kept.map(path) }
}

/** Writes the predictions of the epochs that have none of these rows, and returns which these were. */
export async function predictRows(
  epochs: readonly number[],
  predicted: PredictedRows,
  config: RowPrediction,
  networks: PredictedNetworks,
  { progress, signal }: CommandContext,
): Promise<number[]> {
  const { into, subset, rows, splitsSha256, augmentations } = predicted
  const pending: number[] = []
  for (const epoch of epochs) {
    const checkpointHash = await networks.checkpointHash(epoch)
    const expected = {
      run: into,
      config: networks.config,
      subset,
      rows,
      splitsSha256,
      epoch,
      checkpointHash,
      augmentations,
    }
    if (!(await isDone(expected, config.precision, progress.line))) pending.push(epoch)
  }
  if (pending.length === 0) return pending
  // Loaded where there is something to predict: `test` and its like mostly read what is there.
  const { assertImagesPresent, predictEach } = await import('./predict-epochs.ts')
  await assertImagesPresent(rows)
  const folder = dirname(runPaths(into).predictions(subset, pending[0]))
  await withFolderLock(folder, { doing: 'predicts', onWait: progress.line }, async () => {
    await cleanLeftovers(folder)
    await predictEach(pending, predicted, config, networks, { progress, ...(signal && { signal }) })
  })
  return pending
}

/** Whether there is a file with the predictions of these weights for these images, as exact as asked for; one of anything else is made again. */
async function isDone(
  expected: ExpectedPredictions,
  precision: Precision,
  line: (text: string) => void,
): Promise<boolean> {
  if (!existsSync(runPaths(expected.run).predictions(expected.subset, expected.epoch))) return false
  try {
    const { precision: found = 'float32' } = await readVerifiedPredictions(expected)
    if (found === 'float32' || precision === found) return true
    line(`Predicting ${epochName(expected.epoch)} again: what is there was computed in ${found}.`)
    return false
  } catch (error) {
    if (!(error instanceof TrainingRunError)) throw error
    line(`Predicting ${epochName(expected.epoch)} again. ${error.message.replace(/ Predict again: .*$/, '')}`)
    return false
  }
}
