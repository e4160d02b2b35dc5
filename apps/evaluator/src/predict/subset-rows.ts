/** The images of a subset that a run may predict. */
import {
  type Adjustments,
  dataPaths,
  describeAdjustments,
  describeLeftOut,
  describeMissingClass,
  type ManifestRow,
  openProcessedRows,
  type ProcessedRow,
  type ProcessedRows,
  type Subset,
} from '@mammokit/screening-data'
import type { RunConfig } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'

export interface SubsetRows {
  readonly rows: readonly ProcessedRow[]
  /** What to say about them: which are left out and why, and that all are of one class. */
  readonly notes: readonly string[]
  /** Of the splits.csv that the run was trained on. */
  readonly splitsSha256: string
  /** What was left out before the split, and corrected, by hand. */
  readonly adjustments: Adjustments
}

export interface SubsetOptions {
  readonly subset: Subset
  readonly maxLeftOut?: number
}

/** The data folders of a run, read once for all subsets. */
export interface Subsets {
  /** Every row of the manifests. */
  readonly manifest: readonly ManifestRow[]
  /** Whether a subset has images. */
  has(subset: Subset): boolean
  /** The same array of rows for the same subset. */
  read(options: SubsetOptions): SubsetRows
  /** The rows of all of them. */
  all(): ProcessedRows
}

/**
 * Reads which images the subsets of a run's data have.
 *
 * `maxLeftOut` is the share of the subset that may have no image; 1, the default, for readers of predictions, for which it was judged
 * when they were made
 * @throws ScreeningDataError where the images are not of the run's preprocessing, more rows than `maxLeftOut` have none, or splits and
 * manifest contradict each other
 * @throws EvaluatorError `splits-differ`, `no-images`
 */
export async function openSubsets(dataDirs: string | readonly string[], runConfig: RunConfig): Promise<Subsets> {
  const folders = [dataDirs].flat()
  const data = await openProcessedRows(dataDirs, {
    expected: { preprocessHash: runConfig.preprocessHash, owner: "the run's config.json" },
    fold: runConfig.data.fold ?? undefined,
  })
  return {
    manifest: data.manifest,
    has: (subset) => data.rowsOf({ subsets: [subset], maxLeftOut: 1 }).rows.length > 0,
    all: () => data.rowsOf({ maxLeftOut: 1 }),
    read({ subset, maxLeftOut = 1 }) {
      const processed = data.rowsOf({ subsets: [subset], maxLeftOut })
      const splits = folders.map((folder) => dataPaths(folder).splits)
      assertSameSplits(splits.join(' and '), processed.splitsSha256, runConfig)
      return describeSubset(subset, processed, folders)
    },
  }
}

/** The rows of a subset, and what has to be said of them. @throws EvaluatorError `no-images` */
function describeSubset(
  subset: Subset,
  { rows, leftOut, splitsSha256, adjustments }: ProcessedRows,
  folders: readonly string[],
): SubsetRows {
  const missing = describeMissingClass({
    subset,
    images: rows.length,
    positives: rows.filter(({ cancer }) => cancer === 1).length,
  })
  const adjusted = describeAdjustments(adjustments)
  const notes = [
    ...(adjusted ? [`${adjusted}.`] : []),
    ...(leftOut.length > 0 ? [`${describeLeftOut(leftOut, rows.length + leftOut.length)}.`] : []),
    ...(missing ? [`${missing}: figures that compare both are undefined on it.`] : []),
  ]
  if (rows.length > 0) return { rows, notes, splitsSha256, adjustments }
  throw new EvaluatorError(
    'no-images',
    `Expected processed images of the subset ${subset} in ${folders.join(' and ')} but received none. Check mammokit-trainer split and extract-rois, or choose another --subset.`,
  )
}

/** With another split, patients that the run was trained on could be among those that it is tested on. */
function assertSameSplits(path: string, sha256: string, { data }: RunConfig): void {
  if (data.splitsSha256 === sha256) return
  throw new EvaluatorError(
    'splits-differ',
    `Expected ${path} with the SHA-256 that the run was trained on (${data.splitsSha256.slice(0, 16)}) but received ${sha256.slice(0, 16)}. ` +
      'Its test patients may be training patients of the run: restore the file or train again.',
    { path, expected: data.splitsSha256, received: sha256 },
  )
}
