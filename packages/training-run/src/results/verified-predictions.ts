/** Predictions that are bound to the rows, split, images, preprocessing and weights that they are read for. */
import { commandFor, runPaths } from '../run-paths.ts'
import type { ImageIdentity, Predictions, Subset } from '../schema/prediction.ts'
import type { Augmentations, RunConfig } from '../schema/run-config.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { knownRowsOf } from './known-rows.ts'
import { readPredictions } from './predictions-file.ts'
import { hashSources, identityOf, type SourceRow } from './source-rows.ts'

/** What a prediction file has to be of. */
export interface ExpectedPredictions {
  readonly run: string
  readonly config: Pick<RunConfig, 'preprocessHash'>
  readonly subset: Subset
  readonly rows: readonly SourceRow[]
  /** Of the splits.csv that the rows are from. */
  readonly splitsSha256: string
  readonly epoch: number
  /** Of the weights that the predictions must come from. */
  readonly checkpointHash: string
  /** Whose logits were averaged with that of the image itself. @default none */
  readonly augmentations?: Augmentations | undefined
}

/**
 * Reads the predictions of a checkpoint for a subset, and checks that they are of exactly these rows and weights.
 *
 * @throws FileError, TrainingRunError as `readPredictions`; `predictions-differ`, which names the file and both sides
 */
export async function readVerifiedPredictions(expected: ExpectedPredictions): Promise<Predictions> {
  const { run, config, subset, rows, epoch } = expected
  const known = knownRowsOf(rows)
  const predictions = await readPredictions(run, subset, epoch, known)
  const path = runPaths(run).predictions(subset, epoch)
  assertSame('the preprocess hash of the run', config.preprocessHash, predictions.preprocessHash)
  assertSame('the splits.csv that the run was trained on', expected.splitsSha256, predictions.splitsSha256)
  assertSame('the weights on disk', expected.checkpointHash, predictions.checkpointHash)
  const { augmentations = [] } = expected
  assertSame('test-time augmentation', augmentations.join() || 'none', predictions.augmentations?.join() || 'none')
  if (predictions.identities !== known.identities) assertSameImages(rows, predictions.identities)
  assertSame('the source images of the data folder', hashSources(rows), predictions.dataSha256)
  return predictions

  function assertSameImages(wanted: readonly SourceRow[], found: readonly ImageIdentity[]): void {
    if (wanted.length === found.length && wanted.every((row, index) => isOf(found[index]!, row))) return
    const ids = new Set(found.map(({ imageId }) => imageId))
    const missing = wanted.find(({ imageId }) => !ids.has(imageId))
    if (missing) {
      const count = wanted.filter(({ imageId }) => ids.has(imageId)).length
      fail(`all ${wanted.length} images of ${subset}`, `${count} of them, without image ${missing.imageId}`)
    }
    if (found.length !== wanted.length) {
      const known = new Set(wanted.map(({ imageId }) => imageId))
      const other = found.find(({ imageId }) => !known.has(imageId))
      fail(`the ${wanted.length} images of ${subset} alone`, `${found.length}, among them image ${other?.imageId}`)
    }
    for (const [index, row] of wanted.entries()) {
      const [want, got] = [describe(identityOf(row)), describe(found[index])]
      if (want !== got) fail(`${want} in row ${index + 1}, as in splits.csv,`, got)
    }
  }

  function assertSame(what: string, wanted: string, received: string): void {
    if (wanted !== received) fail(`${what} (${wanted.slice(0, 16)})`, received.slice(0, 16))
  }

  function fail(wanted: string, received: string): never {
    throw new TrainingRunError(
      'predictions-differ',
      `Expected ${wanted} for ${path} but received ${received}. Predict again: ${commandFor('predict', run, subset)}.`,
      { path, expected: wanted, received },
    )
  }
}

function isOf(found: ImageIdentity, { imageId, patientId, laterality, view, cancer }: SourceRow): boolean {
  return (
    found.imageId === imageId &&
    found.patientId === patientId &&
    found.laterality === laterality &&
    found.view === view &&
    found.target === cancer
  )
}

function describe({ imageId, patientId, laterality, view, target }: ImageIdentity): string {
  return `image ${imageId} of patient ${patientId}, ${laterality} ${view}, cancer ${target}`
}
