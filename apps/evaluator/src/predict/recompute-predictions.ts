/** A sample of the predictions in a file, computed again from the weights. */
import { randomInt } from 'node:crypto'
import { readNetworks } from '@mammokit/mammogram-classifier/selection'
import type { ProcessedRow } from '@mammokit/screening-data'
import { precisions } from '@mammokit/tensor-engine/names'
import { type Augmentations, epochName, type Predictions, runPaths } from '@mammokit/training-run'
import { type AskedThread, startThread, threadFile } from '../asked-thread.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import type { SampledRow, SampleQuestion } from './compute-sample.ts'

export interface PredictionSample {
  readonly rows: readonly ProcessedRow[]
  /** Of the same rows, in their order. */
  readonly predictions: Predictions
  /** Whose predictions/ has them. @default the run's */
  readonly folder?: string
}

export interface RecomputeOptions
  extends Pick<SampleQuestion, 'engine' | 'device' | 'threads' | 'workers' | 'batchSize'> {
  /** @default none */
  readonly augmentations?: Augmentations
  /** Is asked for the probabilities. @default they are computed in this thread */
  readonly thread?: SampleThread | undefined
  readonly signal?: AbortSignal
}

export type SampleThread = AskedThread<SampleQuestion, number[][]>

/** Starts to load the network's code, beside whatever else is done until the samples are known. */
export function startSampleThread(): SampleThread {
  return startThread(threadFile('predict/sample-worker.js'))
}

const sampleSize = 16
/** Of probabilities. float16 has three digits and bfloat16 two, and devices add products up in another order. */
const tolerances = { float32: 1e-4, float16: 1e-2, bfloat16: 5e-2 } as const

/**
 * Computes 16 random rows of each file again, in the file's own precision, and compares.
 *
 * @throws EvaluatorError `predictions-differ`, which names the file and the rows that differ by more than 1e-4, in float16 1e-2, in bfloat16 5e-2
 */
export async function assertRecomputed(
  run: string,
  epoch: number,
  samples: readonly PredictionSample[],
  { engine, device, threads, workers, batchSize, augmentations = [], thread, signal }: RecomputeOptions,
): Promise<void> {
  const { config, combine } = await readNetworks(run)
  const isFused = combine === null && (config.model.fusion ?? null) !== null
  for (const precision of precisions) {
    const own = samples.filter(({ predictions }) => (predictions.precision ?? 'float32') === precision)
    if (own.length === 0) continue
    const drawn = own.map(({ rows }) => drawIndexes(rows, isFused))
    const question: SampleQuestion = {
      run,
      epoch,
      engine,
      device,
      precision,
      threads,
      workers,
      batchSize,
      augmentations,
      samples: own.map(({ rows }, i) => drawn[i]!.map((index) => sampledRow(rows[index]!))),
    }
    const computed = (await thread?.ask(question)) ?? (await computeHere(question, signal))
    for (const [i, { predictions, folder = run }] of own.entries()) {
      assertClose(folder, predictions, drawn[i]!, computed[i]!, tolerances[precision])
    }
  }
}

async function computeHere(question: SampleQuestion, signal: AbortSignal | undefined): Promise<number[][]> {
  signal?.throwIfAborted()
  return (await import('./compute-sample.ts')).computeSamples(question, signal)
}

function sampledRow({ imageId, patientId, laterality, file, sha256 }: ProcessedRow): SampledRow {
  return { imageId, patientId, laterality, file, sha256 }
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
  const chosen = indexes.slice(0, drawn)
  const breastOf = (index: number) => JSON.stringify([rows[index].patientId, rows[index].laterality])
  const breasts = new Set(chosen.map(breastOf))
  return (wholeBreasts ? indexes.filter((index) => breasts.has(breastOf(index))) : chosen).sort((a, b) => a - b)
}

function assertClose(
  run: string,
  { subset, checkpoint, images }: Predictions,
  drawn: readonly number[],
  computed: readonly number[],
  tolerance: number,
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
