/** The exported file through ONNX Runtime against the run's own engine, on the images that checkpoint and threshold were chosen on. */
import type { CommandContext } from '@mammokit/command-line'
import { exportedMap, type RunClassifier } from '@mammokit/mammogram-classifier'
import { createBatchLoader } from '@mammokit/mammogram-dataset'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import { rocAuc } from '@mammokit/pf1-metric'
import type { ProcessedRow } from '@mammokit/screening-data'
import { EvaluatorError } from '../evaluator-error.ts'

export interface ExportCheck {
  readonly images: number
  /** Infinity where one side is NaN. */
  readonly largestDifference: number
  /** The image with it. */
  readonly imageId: string
  /** Between the activation maps, as a share of the largest value of the image's; null where the file has none. */
  readonly largestMapDifference: number | null
  /** ROC areas of these images by the run and by the file; null where they are of one class, or a probability is NaN. */
  readonly rocAuc: { readonly run: number; readonly file: number } | null
}

/** What float32 may differ by; half precision and 8 bits are measured, and said. */
const tolerance = 1e-4

/** The same for an activation map, as a share of its largest value. */
const mapTolerance = 1e-3

export interface CompareOptions {
  readonly rows: readonly ProcessedRow[]
  /** How many of them, drawn evenly. */
  readonly images: number
  readonly threads: number
  readonly workers: number
  readonly batchSize: number
}

export async function compareExport(
  bytes: Uint8Array,
  classifier: RunClassifier,
  { rows, images, threads, workers, batchSize }: CompareOptions,
  { progress, signal }: CommandContext,
): Promise<ExportCheck> {
  const { height, width, mean, std } = classifier.config.image
  const step = Math.max(1, rows.length / images)
  const chosen = Array.from({ length: Math.min(images, rows.length) }, (_, i) => rows[Math.floor(i * step)]!)
  const { InferenceSession, Tensor } = loadOnnxRuntime()
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: threads })
  const loader = createBatchLoader({
    rows: chosen.map(({ imageId, patientId, file, sha256, cancer }) => ({
      ...{ imageId, patientId, file, sha256, target: cancer },
    })),
    // As the file takes them; the run's engine gets them normalized.
    ...{ height, width, mean: 0, std: 1, batchSize, workers, sampling: 'sequential' as const, padLast: true },
    ...(signal && { signal }),
  })
  const hasMap = exportedMap(classifier.config) !== null
  let largestMapDifference = 0
  const probabilities = { run: [] as number[], file: [] as number[] }
  progress.start('comparing with the run', chosen.length)
  try {
    for await (const { images: values, valid } of loader.epoch(0)) {
      const input = values.slice(0, valid * height * width)
      const { probability, activation_map: maps } = await session.run({
        images: new Tensor('float32', input, [valid, height, width, 1]),
      })
      probabilities.file.push(...(probability!.data as Float32Array))
      const normalized = Float32Array.from(values, (value) => (value - mean) / std)
      if (hasMap) {
        const explained = await classifier.explainBatch(normalized, valid)
        probabilities.run.push(...explained.map(({ probability }) => probability))
        const shares = explained.map(({ map }, i) => mapDifference(map.data, maps!.data as Float32Array, i))
        largestMapDifference = Math.max(largestMapDifference, ...shares)
      } else probabilities.run.push(...(await classifier.probabilities(normalized, valid)))
      progress.update(probabilities.run.length)
    }
  } finally {
    progress.stop()
    await loader.close()
    await session.release()
  }
  const differences = probabilities.run.map((value, i) => gapOf(value, probabilities.file[i]!))
  const largestDifference = differences.reduce((a, b) => Math.max(a, b), 0)
  const targets = chosen.map(({ cancer }) => cancer)
  const isRanked = Number.isFinite(largestDifference) && targets.includes(0) && targets.includes(1)
  return {
    images: chosen.length,
    largestDifference,
    largestMapDifference: hasMap ? largestMapDifference : null,
    imageId: chosen[differences.indexOf(largestDifference)]!.imageId,
    rocAuc: isRanked ? { run: rocAuc(targets, probabilities.run), file: rocAuc(targets, probabilities.file) } : null,
  }
}

/** NaN is as far from any number as can be. */
function gapOf(a: number, b: number): number {
  const gap = Math.abs(a - b)
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap
}

/** Of map `index` of a batch: the largest difference as a share of the run's largest value. */
function mapDifference(run: Float32Array, file: Float32Array, index: number): number {
  const largest = run.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const difference = run.reduce((most, value, i) => Math.max(most, gapOf(value, file[index * run.length + i]!)), 0)
  return largest === 0 ? difference : difference / largest
}

/** @throws EvaluatorError `export-differs` for NaN, and for more than the tolerance in float32 */
export function assertClose(check: ExportCheck, run: string, precision: string): void {
  const { largestDifference, imageId } = check
  const largestMapDifference = check.largestMapDifference ?? 0
  const areNumbers = Number.isFinite(largestDifference) && Number.isFinite(largestMapDifference)
  const differ = (wanted: string, received: string, advice: string) =>
    new EvaluatorError('export-differs', `Expected ${wanted} but received ${received}. ${advice}`, { run, ...check })
  const report = 'Nothing was written: please report it.'
  if (!areNumbers) {
    const advice = precision === 'float32' ? report : 'Nothing was written: export in float32.'
    throw differ(`finite numbers of the network exported in ${precision}`, 'NaN or infinity', advice)
  }
  if (precision !== 'float32') return
  if (largestDifference > tolerance) {
    const received = `${largestDifference.toExponential(1)} for image ${imageId}`
    throw differ(`the exported network within ${tolerance} of the run's probabilities`, received, report)
  }
  if (largestMapDifference > mapTolerance) {
    const wanted = `the exported activation maps within ${mapTolerance} of the run's largest value`
    throw differ(wanted, largestMapDifference.toExponential(1), report)
  }
}
