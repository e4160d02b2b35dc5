/** A table's rows with the images that were made of them. */
import { join } from 'node:path'
import { dataPaths } from '../data-paths.ts'
import { assertFewLeftOut, type LeftOutImage } from '../left-out.ts'
import { assertIdsUnmangled, type IdRow } from '../rows/mangled-ids.ts'
import { assertPreprocessedAs, type ExpectedPreprocessing } from './assert-preprocessed-as.ts'
import { assertSamePatients } from './assert-same-patients.ts'
import { type ImagePlacement, type ManifestRow, readManifest } from './manifest.ts'

/** Where the image of a row lies, and of what it was made. */
export interface MadeImage {
  /** Path of the processed image. */
  readonly file: string
  /** SHA-256 that the file must have, hexadecimal. */
  readonly sha256: string
  /** SHA-256 of the file that it was made from, hexadecimal. */
  readonly sourceSha256: string
  /** That file, relative to `raw/` of the data folder, or to the folder itself. */
  readonly source: string
  readonly dataDir: string
  /** How the breast was found, and where it lies in that file. */
  readonly method: ManifestRow['method']
  readonly placement: ImagePlacement
  /** Size of the image in that file, pixels; none where an earlier version made it. */
  readonly frame?: ManifestRow['frame']
}

/** A row with what the manifest says of its image that was made. */
export function withImage<Row>(row: Row, image: ManifestRow, dataDir: string, processed: string): Row & MadeImage {
  // Field by field behind the row: a second object that is copied takes ten times as long.
  return {
    ...row,
    file: join(processed, image.file),
    sha256: image.imageSha256,
    sourceSha256: image.sourceSha256,
    source: image.source,
    dataDir,
    method: image.method,
    placement: image.placement!,
    frame: image.frame,
  }
}

/** Options of the join of splits.csv with manifest.csv. */
export interface JoinOptions {
  /** The preprocessing that every image must have. */
  readonly expected?: ExpectedPreprocessing
  /** Largest share of the rows that may have no processed image, 0 to 1. @default 0.1 */
  readonly maxLeftOut?: number
}

/**
 * @param path of the table, named in errors
 * @throws ScreeningDataError `mangled-ids`, `patient-mismatch`, `too-many-left-out`, `preprocess-mismatch`, `outdated-manifest`
 * @throws CsvError, FileError of the manifest
 */
export async function joinManifest<Row extends IdRow>(
  dataDir: string,
  table: readonly Row[],
  path: string,
  { expected, maxLeftOut = 0.1 }: JoinOptions,
): Promise<{ readonly rows: readonly (Row & MadeImage)[]; readonly leftOut: readonly LeftOutImage<Row>[] }> {
  const { processed, manifest: manifestPath } = dataPaths(dataDir)
  const manifest = await readManifest(manifestPath)
  assertIdsUnmangled(table, manifest, path)
  const images = new Map(manifest.map((row) => [row.imageId, row]))
  assertSamePatients(table, images, { rows: path, manifest: manifestPath })
  const rows: (Row & MadeImage)[] = []
  const leftOut: LeftOutImage<Row>[] = []
  for (const row of table) {
    const image = images.get(row.imageId)
    if (image?.status !== 'ok') {
      leftOut.push({ row, reason: image ? 'failed' : 'not-in-manifest', detail: image?.reason ?? '' })
      continue
    }
    if (expected) assertPreprocessedAs(expected, image, manifestPath)
    rows.push(withImage(row, image, dataDir, processed))
  }
  assertFewLeftOut(leftOut, table.length, maxLeftOut)
  return { rows, leftOut }
}
