/** The images that are ready for training and evaluation: splits.csv joined with manifest.csv. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import type { Subset } from '@mammokit/data-split'
import { dataPaths } from './data-paths.ts'
import { type ManifestRow, readManifest } from './manifest/manifest.ts'
import { ScreeningDataError } from './screening-data-error.ts'
import { parseSplitsCsv, type SplitRow, splitFirst } from './splits/splits-csv.ts'

/** A row whose image was made. */
export type ProcessedRow = SplitRow & {
  /** Path of the processed image. */
  readonly file: string
  /** SHA-256 that the file must have, hexadecimal. */
  readonly sha256: string
}

export interface LeftOutRow {
  readonly row: SplitRow
  readonly reason: 'not-in-manifest' | 'failed'
}

export interface ProcessedRows {
  /** In the order of splits.csv. */
  readonly rows: readonly ProcessedRow[]
  /** Rows that have no processed image. */
  readonly leftOut: readonly LeftOutRow[]
  /** SHA-256 of splits.csv, hexadecimal. */
  readonly splitsSha256: string
}

export interface ProcessedRowsOptions {
  /** @default all */
  readonly subsets?: readonly Subset[]
  /** The preprocess hash that every image must have, and whose it is: `this configuration`. */
  readonly expected?: { readonly preprocessHash: string; readonly owner: string }
}

/**
 * Reads which images of a data folder's subsets there are.
 *
 * @throws ScreeningDataError `preprocess-mismatch`, which names both sides; `outdated-manifest`
 * @throws CsvError, FileError of either file
 * @example
 * const { rows, leftOut } = await readProcessedRows('data', { subsets: ['val'] })
 * rows[0].file // 'data/processed/images/10006/462822612.png'
 */
export async function readProcessedRows(dataDir: string, options: ProcessedRowsOptions = {}): Promise<ProcessedRows> {
  const { subsets, expected } = options
  const paths = dataPaths(dataDir)
  const splits = await readInputFile(paths.splits, splitFirst)
  const wanted = parseSplitsCsv(splits.toString('utf8'), paths.splits).filter(
    ({ subset }) => subsets === undefined || subsets.includes(subset),
  )
  const manifest = new Map((await readManifest(paths.manifest)).map((row) => [row.imageId, row]))
  const rows: ProcessedRow[] = []
  const leftOut: LeftOutRow[] = []
  for (const row of wanted) {
    const image = manifest.get(row.imageId)
    if (image?.status !== 'ok') {
      leftOut.push({ row, reason: image === undefined ? 'not-in-manifest' : 'failed' })
      continue
    }
    if (expected) assertSameHash(expected, image, paths.manifest)
    rows.push({ ...row, file: join(paths.processed, image.file), sha256: image.imageSha256 })
  }
  return { rows, leftOut, splitsSha256: createHash('sha256').update(splits).digest('hex') }
}

function assertSameHash(
  { preprocessHash, owner }: NonNullable<ProcessedRowsOptions['expected']>,
  image: ManifestRow,
  manifest: string,
): void {
  if (image.preprocessHash === preprocessHash) return
  throw new ScreeningDataError(
    'preprocess-mismatch',
    `Expected preprocess hash ${preprocessHash} (${owner}) but received ${image.preprocessHash} (${manifest}, image ${image.imageId}). ` +
      'Give the configuration that extract-rois had, or run extract-rois --redo.',
    { expected: preprocessHash, received: image.preprocessHash, imageId: image.imageId },
  )
}
