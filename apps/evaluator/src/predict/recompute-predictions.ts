/** A sample of the predictions in a file, computed again from the weights. */
import { randomInt } from 'node:crypto'
import { groupByBreast, openRunClassifier, sigmoid, withAugmentations } from '@mammokit/mammogram-classifier'
import type { ProcessedRow } from '@mammokit/screening-data'
import type { Device, EngineName } from '@mammokit/tensor-engine/names'
import { type Augmentations, epochName, type Predictions, runPaths } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'
import { logitsOf, openRows } from './predict-rows.ts'

export interface PredictionSample {
  readonly rows: readonly ProcessedRow[]
  /** Of the same rows, in their order. */
  readonly predictions: Predictions
  /** Whose predictions/ has them. @default the run's */
  readonly folder?: string
}

export interface RecomputeOptions {
  readonly engine: EngineName
  readonly device: Device
  readonly threads: number
  readonly workers: number
  readonly batchSize: number
  /** @default none */
  readonly augmentations?: Augmentations
  readonly signal?: AbortSignal
}

const sampleSize = 16
const tolerance = 1e-4

/**
 * Computes 16 random rows of each file again and compares.
 *
 * @throws EvaluatorError `predictions-differ`, which names the file and the rows that differ by more than 1e-4
 */
export async function assertRecomputed(
  run: string,
  epoch: number,
  samples: readonly PredictionSample[],
  { engine, device, threads, workers, batchSize, augmentations = [], signal }: RecomputeOptions,
): Promise<void> {
  const classifier = await openRunClassifier(run, { epoch, engine, device, threads, batchSize })
  try {
    const { image } = classifier.config
    const augmented = withAugmentations(classifier, image, augmentations)
    for (const { rows, predictions, folder = run } of samples) {
      const drawn = drawIndexes(rows, classifier.fusion !== null)
      const sample = drawn.map((index) => rows[index])
      const loader = openRows(sample, { image, batchSize, workers, signal })
      try {
        const computed = (await logitsOf(loader, sample, augmented)).map(sigmoid)
        assertClose(folder, predictions, drawn, computed)
      } finally {
        await loader.close()
      }
    }
  } finally {
    await classifier.dispose()
  }
}

/** Distinct, and not known to whoever edits a file; with `wholeBreasts` all images of the breasts of those that were drawn. */
function drawIndexes(rows: PredictionSample['rows'], wholeBreasts: boolean): number[] {
  const count = rows.length
  const indexes = Array.from({ length: count }, (_, index) => index)
  const drawn = Math.min(sampleSize, count)
  for (let i = 0; i < drawn; i++) {
    const j = randomInt(i, count)
    ;[indexes[i], indexes[j]] = [indexes[j], indexes[i]]
  }
  const chosen = new Set(indexes.slice(0, drawn))
  const all = wholeBreasts
    ? groupByBreast(rows).flatMap((breast) => (breast.some((index) => chosen.has(index)) ? breast : []))
    : [...chosen]
  return all.sort((a, b) => a - b)
}

function assertClose(
  run: string,
  { subset, checkpoint, images }: Predictions,
  drawn: readonly number[],
  computed: readonly number[],
): void {
  const wrong = drawn.flatMap((index, i) => {
    const { imageId, probability } = images[index]
    return Math.abs(probability - computed[i]) <= tolerance ? [] : [{ imageId, probability, computed: computed[i] }]
  })
  if (wrong.length === 0) return
  const epoch = Number(checkpoint.slice('epoch-'.length))
  const path = runPaths(run).predictions(subset, epoch)
  const [first] = wrong
  const others =
    wrong.length > 1 ? ` (and ${wrong.length - 1} others: ${wrong.slice(1, 4).map((row) => row.imageId)})` : ''
  throw new EvaluatorError(
    'predictions-differ',
    `Expected the probabilities in ${path} within ${tolerance} of those that the weights of ${epochName(epoch)} give but received ${first.probability.toFixed(4)} instead of ${first.computed.toFixed(4)} for image ${first.imageId}${others}. ` +
      `Remove the file and predict again: mammokit-evaluator predict --run ${run} --subset ${subset}.`,
    { path, rows: wrong },
  )
}
