/** `predict`: a probability for every image of a subset from every checkpoint of a run (the reference's generate_predictions). */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { cleanLeftovers } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import { openClassifier } from '@mammokit/mammogram-classifier'
import { assertImagesPresent, createBatchLoader } from '@mammokit/mammogram-dataset'
import type { ProcessedRow } from '@mammokit/screening-data'
import {
  assertSamePreprocessing,
  type EpochWeights,
  epochName,
  listEpochs,
  type Prediction,
  type RunConfig,
  readEpochWeights,
  readPredictions,
  readRunConfig,
  runPaths,
  withFolderLock,
  writePredictions,
} from '@mammokit/training-run'
import type { z } from 'zod'
import { type PredictConfig, predictSchema } from '../config.ts'
import { readSubset } from './subset-rows.ts'

export interface PredictSummary {
  readonly images: number
  /** Files that were written now. */
  readonly written: readonly string[]
  /** Files that were there already, whole and of the same weights and images. */
  readonly kept: readonly string[]
}

/** Writes predictions/<subset>/<epoch>.csv for each checkpoint that has none yet. */
export async function predict(
  input: PredictConfig,
  { progress, signal }: CommandContext = silentContext,
): Promise<PredictSummary> {
  const config = parseConfig(predictSchema, input)
  const run = runPaths(config.run)
  const runConfig = await readRunConfig(config.run)
  const { rows, notes } = await readSubset(config.data, config, runConfig)
  for (const note of notes) progress.line(note)

  const epochs = config.epoch === undefined ? await listEpochs(config.run) : [config.epoch]
  const pending: number[] = []
  for (const epoch of epochs) {
    const checkpoint = await readEpochWeights(config.run, epoch)
    assertSamePreprocessing(
      runConfig.preprocessHash,
      "the run's config.json",
      checkpoint.preprocessHash,
      run.weights(epoch),
    )
    if (!(await isDone(config, checkpoint, rows))) pending.push(epoch)
  }
  const path = (epoch: number) => run.predictions(config.subset, epoch)
  if (pending.length > 0) {
    await assertImagesPresent(rows)
    const folder = dirname(path(pending[0]))
    await withFolderLock(folder, { doing: 'predicts', onWait: progress.line }, async () => {
      await cleanLeftovers(folder)
      await predictEach(pending, rows, config, runConfig, { progress, ...(signal && { signal }) })
    })
  }
  const kept = epochs.filter((epoch) => !pending.includes(epoch))
  progress.line(
    `Predicted ${rows.length} images of ${config.subset} with ${pending.length} checkpoints; ${kept.length} had predictions already.`,
  )
  return { images: rows.length, written: pending.map(path), kept: kept.map(path) }
}

async function predictEach(
  epochs: readonly number[],
  rows: readonly ProcessedRow[],
  config: z.output<typeof predictSchema>,
  runConfig: RunConfig,
  { progress, signal }: CommandContext,
): Promise<void> {
  const { image } = runConfig
  const { engine, threads, workers, batchSize } = config
  const classifier = await openClassifier(runConfig, { engine, threads, batchSize })
  const loader = createBatchLoader({
    rows: rows.map(({ imageId, patientId, file, sha256, cancer }) => ({
      imageId,
      patientId,
      file,
      sha256,
      target: cancer,
    })),
    ...{ height: image.height, width: image.width, mean: image.mean, std: image.std },
    batchSize,
    sampling: 'sequential',
    padLast: true,
    cache: true,
    workers,
    ...(signal && { signal }),
  })
  try {
    for (const epoch of epochs) {
      const { weights, preprocessHash, checkpointHash } = await readEpochWeights(config.run, epoch)
      await classifier.load(weights)
      progress.start(`${epochName(epoch)} on ${config.subset}`, rows.length)
      const probabilities: number[] = []
      for await (const { images, valid } of loader.epoch(0)) {
        signal?.throwIfAborted()
        probabilities.push(...(await classifier.probabilities(images, valid)))
        progress.update(probabilities.length)
      }
      progress.stop()
      await writePredictions(config.run, config.subset, epoch, {
        ...{ preprocessHash, checkpointHash },
        rows: rows.map((row, index) => predictionOf(row, probabilities[index])),
      })
    }
  } finally {
    progress.stop()
    await loader.close()
    await classifier.dispose()
  }
}

function predictionOf({ imageId, patientId, laterality, view, cancer }: ProcessedRow, probability: number): Prediction {
  return { imageId, patientId, laterality, view, target: cancer, probability }
}

/** Whether a file has the predictions of these weights for these images. */
async function isDone(
  { run, subset }: z.output<typeof predictSchema>,
  checkpoint: EpochWeights,
  rows: readonly ProcessedRow[],
): Promise<boolean> {
  const path = runPaths(run).predictions(subset, checkpoint.epoch)
  if (!existsSync(path)) return false
  const file = await readPredictions(run, subset, checkpoint.epoch)
  assertSamePreprocessing(checkpoint.preprocessHash, 'the checkpoint', file.preprocessHash, path)
  return (
    file.checkpointHash === checkpoint.checkpointHash &&
    file.rows.length === rows.length &&
    file.rows.every((row, index) => row.imageId === rows[index].imageId && row.target === rows[index].cancer)
  )
}
