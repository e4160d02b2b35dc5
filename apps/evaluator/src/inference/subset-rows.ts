/** The images of a subset: splits.csv joined with the manifest. */
import { readSplitsCsv, type SplitRow } from '@mammokit/data-split'
import { readManifest } from '@mammokit/mammogram-dataset'
import { dataPaths, type Subset } from '../files/paths.ts'
import { assertSameHash } from '../files/run-config.ts'
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
 * @throws CommandError `PREPROCESS_MISMATCH` where the images are not of the run's preprocessing, `NO_IMAGES`
 */
export async function readSubset(dataDir: string, subset: Subset, runHash: string): Promise<SubsetRows> {
  const paths = dataPaths(dataDir)
  const members = (await readSplitsCsv(paths.splits)).filter((row) => row.subset === subset)
  const manifest = new Map((await readManifest(paths.manifest)).map((row) => [row.imageId, row]))
  const rows = members.flatMap((row) => {
    const image = manifest.get(row.imageId)
    if (image?.status !== 'ok') return []
    assertSameHash(runHash, "the run's config.json", image.preprocessHash, `${paths.manifest}, image ${row.imageId}`)
    return [{ ...row, path: `${row.patientId}/${row.imageId}.png` }]
  })
  if (rows.length > 0) return { rows, leftOut: members.length - rows.length }
  throw new CommandError(
    'NO_IMAGES',
    `Expected processed images of the subset ${subset} in ${dataDir} but received none. Check mammokit-trainer split and extract-rois, or choose another --subset.`,
  )
}
