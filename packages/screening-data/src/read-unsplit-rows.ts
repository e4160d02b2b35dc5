/** The labeled images of a data folder that nothing is trained on, all of them: without a split. */
import type { Adjustments } from './adjustments/adjustments.ts'
import { ownSet } from './combine-folders.ts'
import { readScreeningRows } from './images/read-screening-rows.ts'
import type { LeftOutImage } from './left-out.ts'
import { type JoinOptions, joinManifest } from './manifest/join-manifest.ts'
import type { ProcessedRow } from './processed-row.ts'

/** All rows of a data folder, as a test set. */
export interface UnsplitRows {
  /** In the order of the data set's table, each in the subset `test`. */
  readonly rows: readonly ProcessedRow[]
  /** Images without a label, side or view, and rows without a processed image. */
  readonly leftOut: readonly LeftOutImage[]
  /** What was left out and corrected by hand. */
  readonly adjustments: Adjustments
  /** The table. */
  readonly path: string
}

/**
 * Reads every labeled image of a data folder with its processed image, as `readProcessedRows` does of a split one.
 *
 * @throws ScreeningDataError `no-labels`, `mangled-ids`, `patient-mismatch`, `too-many-left-out`, `preprocess-mismatch`, `outdated-manifest`
 * @throws CsvError, FileError of the table and of the manifest
 * @example
 * const { rows } = await readUnsplitRows('data/site-a')
 */
export async function readUnsplitRows(dataDir: string, options: JoinOptions = {}): Promise<UnsplitRows> {
  const { rows: labeled, leftOut: unlabeled, adjustments, path } = await readScreeningRows(dataDir)
  const whole = labeled.map((row) => {
    const placed = { ...row, subset: 'test' as const, fold: null }
    return { ...placed, set: ownSet(placed) }
  })
  const { rows, leftOut } = await joinManifest(dataDir, whole, path, options)
  return { rows, leftOut: [...unlabeled, ...leftOut], adjustments, path }
}
