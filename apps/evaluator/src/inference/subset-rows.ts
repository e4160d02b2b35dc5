/** The images of a subset: splits.csv joined with the manifest. */
import { createHash } from 'node:crypto'
import { readInputFile } from '@mammokit/atomic-files'
import { readSplitsCsv, type SplitRow } from '@mammokit/data-split'
import { readManifest } from '@mammokit/mammogram-dataset'
import { assertSamePreprocessing, type RunConfig, type Subset } from '@mammokit/training-run'
import { dataPaths } from '../files/paths.ts'
import { CommandError } from '../terminal/command-error.ts'

export interface SubsetRow extends SplitRow {
  /** Of the processed image, below processed/images. */
  readonly path: string
}

export interface SubsetRows {
  readonly rows: readonly SubsetRow[]
  /** Images of the subset that have no processed image. */
  readonly leftOut: number
}

/**
 * Reads which images a subset has.
 *
 * @throws CommandError `PREPROCESS_MISMATCH` where the images are not of the run's preprocessing, `SPLITS_DIFFER`, `NO_IMAGES`
 */
export async function readSubset(dataDir: string, subset: Subset, runConfig: RunConfig): Promise<SubsetRows> {
  const paths = dataPaths(dataDir)
  await assertSameSplits(paths.splits, runConfig)
  const members = (await readSplitsCsv(paths.splits)).filter((row) => row.subset === subset)
  const manifest = new Map((await readManifest(paths.manifest)).map((row) => [row.imageId, row]))
  const rows = members.flatMap((row) => {
    const image = manifest.get(row.imageId)
    if (image?.status !== 'ok') return []
    assertSamePreprocessing(
      runConfig.preprocessHash,
      "the run's config.json",
      image.preprocessHash,
      `${paths.manifest}, image ${row.imageId}`,
    )
    return [{ ...row, path: `${row.patientId}/${row.imageId}.png` }]
  })
  if (rows.length > 0) return { rows, leftOut: members.length - rows.length }
  throw new CommandError(
    'NO_IMAGES',
    `Expected processed images of the subset ${subset} in ${dataDir} but received none. Check mammokit-trainer split and extract-rois, or choose another --subset.`,
  )
}

/** With another split, patients that the run was trained on could be among those that it is tested on. */
async function assertSameSplits(path: string, { data }: RunConfig): Promise<void> {
  const bytes = await readInputFile(path, 'Split first: mammokit-trainer split')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (data?.splitsSha256 === undefined || data.splitsSha256 === sha256) return
  throw new CommandError(
    'SPLITS_DIFFER',
    `Expected ${path} with sha256 ${data.splitsSha256.slice(0, 16)}, on which the run was trained, but received ${sha256.slice(0, 16)}. ` +
      'Its test patients may be training patients of the run: restore the file or train again.',
  )
}
