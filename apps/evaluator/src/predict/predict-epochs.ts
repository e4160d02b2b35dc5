/** The checkpoints of a run on images, one after another, with their predictions written. */
import type { CommandContext } from '@mammokit/command-line'
import { sigmoid, withAugmentations } from '@mammokit/mammogram-classifier'
import type { RunNetworks } from '@mammokit/mammogram-classifier/selection'
import type { ProcessedRow } from '@mammokit/screening-data'
import {
  type Augmentations,
  epochName,
  hashSources,
  type Prediction,
  type Subset,
  writePredictions,
} from '@mammokit/training-run'
import type { z } from 'zod'
import type { predictSchema } from '../config.ts'
import { packageVersion } from '../version.ts'
import { openEpochs } from './epoch-classifiers.ts'
import { logitsOf, openRows } from './predict-rows.ts'
import type { SubsetRows } from './subset-rows.ts'

export { assertImagesPresent } from '@mammokit/mammogram-dataset'

/** What is predicted, and the folder whose predictions/ gets it: the run's own, or that of another place's cases. */
export interface PredictedRows extends Pick<SubsetRows, 'rows' | 'splitsSha256'> {
  readonly into: string
  readonly subset: Subset
  /** Test-time augmentations, whose logits are averaged with those of the images. @default none */
  readonly augmentations?: Augmentations
}

/** Whose predictions they are. */
export type PredictedNetworks = Pick<RunNetworks, 'run' | 'config' | 'combine' | 'checkpointHash'>

/** How the networks are run. */
export type RowPrediction = Pick<
  z.output<typeof predictSchema>,
  'engine' | 'device' | 'precision' | 'threads' | 'workers' | 'batchSize'
>

/** Writes a file of predictions for each epoch. */
export async function predictEach(
  epochs: readonly number[],
  { into, subset, rows, splitsSha256, augmentations = [] }: PredictedRows,
  config: RowPrediction,
  networks: PredictedNetworks,
  { progress, signal }: CommandContext,
): Promise<void> {
  const { engine, device, precision, threads, workers, batchSize } = config
  const { image, preprocessHash } = networks.config
  const classifiers = await openEpochs(networks, { engine, device, precision, threads, batchSize })
  const loader = openRows(rows, { image, batchSize, workers, cache: true, signal })
  try {
    for (const [index, epoch] of epochs.entries()) {
      const { checkpointHash, ...classifier } = await classifiers.at(epoch)
      // The graph of several networks augments its images itself.
      const changes = networks.combine === null ? augmentations : []
      const augmented = withAugmentations(classifier, image, changes)
      const imagesAfter = (epochs.length - index - 1) * rows.length
      const stage = { unit: 'images', secondsAfter: (secondsPerImage: number) => imagesAfter * secondsPerImage }
      progress.start(`${epochName(epoch)} on ${subset}`, rows.length, stage)
      const logits = await logitsOf(loader, rows, augmented, (done) => progress.update(done), signal)
      progress.stop()
      const source = {
        subset,
        epoch,
        checkpointHash,
        preprocessHash,
        splitsSha256,
        dataSha256: hashSources(rows),
        mammokit: packageVersion(),
        ...(augmentations.length > 0 && { augmentations }),
        ...(precision !== 'float32' && { precision }),
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
    await classifiers.dispose()
  }
}

function predictionOf({ imageId, patientId, laterality, view, cancer }: ProcessedRow, logit: number): Prediction {
  return { imageId, patientId, laterality, view, target: cancer, logit, probability: sigmoid(logit) }
}
