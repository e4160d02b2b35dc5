/** The exported file through ONNX Runtime against the run's own engine, on the images that checkpoint and threshold were chosen on. */
import { rocAuc } from '@mammokit/pf1-metric'
import type { ProcessedRow } from '@mammokit/screening-data'
import { EvaluatorError } from '../evaluator-error.ts'
import type { Answers } from './answers.ts'

export interface ExportCheck {
  readonly images: number
  /** Infinity where one side is NaN. */
  readonly largestDifference: number
  /** The image with it. */
  readonly imageId: string
  /** Between the activation maps, as a share of the largest value of the image's; null where the file has none. */
  readonly largestMapDifference: number | null
  /** ROC areas of these images by the run and by the file; null where they are of one class, a probability is NaN, or networks were trained on them. */
  readonly rocAuc: { readonly run: number; readonly file: number } | null
}

/** What float32 may differ by; half precision and 8 bits are measured, and said. */
const tolerance = 1e-4

/** The same for an activation map, as a share of its largest value. */
const mapTolerance = 1e-3

/** @param isUnseen whether no network was trained on the rows */
export function compareAnswers(
  rows: readonly Pick<ProcessedRow, 'imageId' | 'cancer'>[],
  run: Answers,
  file: Answers,
  isUnseen: boolean,
): ExportCheck {
  const differences = run.probabilities.map((value, i) => gapOf(value, file.probabilities[i]!))
  const largestDifference = differences.reduce((a, b) => Math.max(a, b), 0)
  const targets = rows.map(({ cancer }) => cancer)
  const isRanked = isUnseen && Number.isFinite(largestDifference) && targets.includes(0) && targets.includes(1)
  const areas = () => ({ run: rocAuc(targets, run.probabilities), file: rocAuc(targets, file.probabilities) })
  const mapShares = run.maps?.map((map, i) => mapDifference(map, file.maps?.[i]))
  return {
    images: rows.length,
    largestDifference,
    imageId: rows[differences.indexOf(largestDifference)]!.imageId,
    largestMapDifference: mapShares?.reduce((a, b) => Math.max(a, b), 0) ?? null,
    rocAuc: isRanked ? areas() : null,
  }
}

/** NaN is as far from any number as can be. */
function gapOf(a: number, b: number): number {
  const gap = Math.abs(a - b)
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap
}

/** The largest difference between two maps of an image as a share of the run's largest value. */
function mapDifference(run: Float32Array, file: Float32Array | undefined): number {
  const largest = run.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const difference = run.reduce((most, value, i) => Math.max(most, gapOf(value, file?.[i] ?? Number.NaN)), 0)
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
