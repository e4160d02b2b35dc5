/** What a page shows of the cases of a test, whether a run or an exported file was tested. */
import type { BreastPrediction } from '@mammokit/pf1-metric'
import type { Lesion, ProcessedRow } from '@mammokit/screening-data'
import type { Prediction, Selection, StoredMaps } from '@mammokit/training-run'
import type { TestHistoryLine } from '@mammokit/training-run/schema'
import type { TestFigures } from '../test/test-figures.ts'
import type { Drawing } from './drawing.ts'

export interface TestedCases {
  /** What was tested: `run demo`. */
  readonly heading: string
  /** Whose cases these are, behind "of 12 patients". */
  readonly who: string
  /** What these cases do not show, in the first lines of the page. */
  readonly doubts: readonly string[]
  readonly test: TestFigures
  /** Every test of the same subset, in order; none is kept of an exported file. */
  readonly tests: readonly TestHistoryLine[]
  /** What chose checkpoint and threshold; an exported file does not have its figures. */
  readonly selection: Pick<Selection, 'subset'> &
    Partial<Pick<Selection, 'pf1AtThreshold' | 'pf1' | 'rocAuc' | 'averagePrecision'>>
  readonly predictions: readonly Prediction[]
  /** The same per breast. */
  readonly breasts: readonly BreastPrediction[]
  /** Paths of the processed images, the SHA-256 that they must have and their placement, by image id. */
  readonly files: ReadonlyMap<string, Pick<ProcessedRow, 'file' | 'sha256' | 'placement'>>
  /** Heatmaps of the weights that were tested; null where there are none. */
  readonly maps:
    | (Pick<StoredMaps, 'maps'> & { readonly source: Pick<StoredMaps['source'], 'offset' | 'stride'> })
    | null
  /** Why there are none, or how to make them. */
  readonly withoutMaps: string
  /** Value of a map that is drawn as the strongest: the median of the strongest of each image of a breast that was called. */
  readonly mapScale: number
  /** Known lesions by image id, in pixels of the original. */
  readonly lesions: ReadonlyMap<string, readonly Lesion[]>
  /** Draws what the page shows. */
  readonly drawing: Drawing
  /** `patient 474`, or by its number on the page where ids are hidden. */
  readonly patientName: (patientId: string) => string
}

/** Maps of one scale are comparable, and weak evidence looks weak. */
export function mapScaleOf(
  maps: StoredMaps['maps'] | undefined,
  images: readonly Prediction[],
  breasts: readonly BreastPrediction[],
  threshold: number,
): number {
  const called = new Set(breasts.filter((breast) => breast.probability >= threshold).map(({ breastId }) => breastId))
  const strongest = images
    .filter(({ patientId, laterality }) => called.size === 0 || called.has(`${patientId}_${laterality}`))
    .flatMap(({ imageId }) => maps?.get(imageId) ?? [])
    .map(({ data }) => data.reduce((most, value) => Math.max(most, value), 0))
    .sort((a, b) => a - b)
  return strongest[strongest.length >> 1] ?? 0
}

/** Names of the patients on a page; hidden ones are numbers in the order in which they appear. */
export function patientNames(isAnonymous: boolean): (patientId: string) => string {
  if (!isAnonymous) return (patientId) => `patient ${patientId}`
  const numbers = new Map<string, number>()
  return (patientId) => {
    if (!numbers.has(patientId)) numbers.set(patientId, numbers.size + 1)
    return `patient no. ${numbers.get(patientId)}`
  }
}
