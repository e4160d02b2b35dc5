/** The images of a subset that a run may predict. */
import { dataPaths, type ProcessedRow, readProcessedRows, type Subset } from '@mammokit/screening-data'
import type { RunConfig } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'

export interface SubsetRows {
  readonly rows: readonly ProcessedRow[]
  /** Images of the subset that have no processed image. */
  readonly leftOut: number
}

/**
 * Reads which images a subset has.
 *
 * @throws ScreeningDataError where the images are not of the run's preprocessing
 * @throws EvaluatorError `splits-differ`, `no-images`
 */
export async function readSubset(dataDir: string, subset: Subset, runConfig: RunConfig): Promise<SubsetRows> {
  const { rows, leftOut, splitsSha256 } = await readProcessedRows(dataDir, {
    subsets: [subset],
    expected: { preprocessHash: runConfig.preprocessHash, owner: "the run's config.json" },
  })
  assertSameSplits(dataPaths(dataDir).splits, splitsSha256, runConfig)
  if (rows.length > 0) return { rows, leftOut: leftOut.length }
  throw new EvaluatorError(
    'no-images',
    `Expected processed images of the subset ${subset} in ${dataDir} but received none. Check mammokit-trainer split and extract-rois, or choose another --subset.`,
  )
}

/** With another split, patients that the run was trained on could be among those that it is tested on. */
function assertSameSplits(path: string, sha256: string, { data }: RunConfig): void {
  if (data?.splitsSha256 === undefined || data.splitsSha256 === sha256) return
  throw new EvaluatorError(
    'splits-differ',
    `Expected ${path} with sha256 ${data.splitsSha256.slice(0, 16)}, on which the run was trained, but received ${sha256.slice(0, 16)}. ` +
      'Its test patients may be training patients of the run: restore the file or train again.',
  )
}
