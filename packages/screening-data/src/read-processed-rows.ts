/** The images that are ready for training and evaluation: splits.csv joined with manifest.csv. */
import { readInputFile } from '@mammokit/atomic-files'
import type { Subset } from '@mammokit/data-split'
import type { Adjustments } from './adjustments/adjustments.ts'
import { type CombinedFolders, combineFolders, ownSet, type ProcessedFolder } from './combine-folders.ts'
import { type DataPaths, dataPaths } from './data-paths.ts'
import { assertFewLeftOut, type LeftOutRow } from './left-out.ts'
import { assertPreprocessedAs, type ExpectedPreprocessing } from './manifest/assert-preprocessed-as.ts'
import { assertSamePatients } from './manifest/assert-same-patients.ts'
import { type ManifestRow, readManifest, sourceHashes } from './manifest/manifest.ts'
import { type ProcessedRow, toProcessedRow } from './processed-row.ts'
import { assertIdsUnmangled } from './rows/mangled-ids.ts'
import { assertDisjointSubsets } from './splits/assert-disjoint-subsets.ts'
import { placeByFold } from './splits/place-by-fold.ts'
import { identifySplit } from './splits/split-record.ts'
import { parseSplitsCsv, type SplitRow, splitFirst } from './splits/splits-csv.ts'

/** Rows of splits.csv with their processed images. */
export interface ProcessedRows {
  /** In the order of splits.csv. */
  readonly rows: readonly ProcessedRow[]
  /** Rows of the subsets that have no processed image. */
  readonly leftOut: readonly LeftOutRow[]
  /** SHA-256 of splits.csv, of it and of splits.json where there is one; hexadecimal. */
  readonly splitsSha256: string
  /** What was left out before the split, and corrected, by hand. */
  readonly adjustments: Adjustments
}

/** Options of a data folder whose images are processed. */
export interface ProcessedFolderOptions {
  /** The preprocess hash that every image must have, and whose it is: `this configuration`. */
  readonly expected?: ExpectedPreprocessing
  /** Derives train and val from the column `fold`: val is this fold, counted from 0, train the others; test stays. @default as the split says */
  readonly fold?: number | undefined
}

/** Options of `readProcessedRows` that choose subsets. */
export interface ProcessedSubsetOptions {
  /** @default all */
  readonly subsets?: readonly Subset[]
  /** Largest share of the rows that may have no processed image, 0 to 1. @default 0.1 */
  readonly maxLeftOut?: number
}

/** Options of `readProcessedRows`. */
export type ProcessedRowsOptions = ProcessedFolderOptions & ProcessedSubsetOptions

/** Data folders whose files were read: any subset of them, without reading again. */
export interface OpenProcessedRows {
  /** Every row of the manifests, failed images among them. */
  readonly manifest: readonly ManifestRow[]
  /** The same array of rows for the same subsets. @throws ScreeningDataError `too-many-left-out`, `preprocess-mismatch` */
  rowsOf(options?: ProcessedSubsetOptions): ProcessedRows
}

/**
 * Reads which images of a data folder's subsets there are.
 *
 * Both files are checked against each other: no patient and no copy of an image is in two subsets, no id was rewritten by a spreadsheet,
 * each image is of the same patient in both.
 *
 * Of several folders the rows of all are read together. Their ids become `<set>/<id>`, where the set is that of the column `set`, else the
 * name of the folder; the order in which the folders are given does not matter.
 *
 * @throws ScreeningDataError `bad-option` for two folders with one name, or a fold that a split does not have; `group-overlap`, `duplicate-hash`, `mangled-ids`, `patient-mismatch`, `too-many-left-out`;
 * `preprocess-mismatch`, which names both sides; `outdated-manifest`; `adjustments-differ`
 * @throws CsvError, FileError of either file
 * @example
 * const { rows, leftOut } = await readProcessedRows('data', { subsets: ['val'] })
 * rows[0].file // 'data/processed/images/10006/462822612.png'
 */
export async function readProcessedRows(
  dataDirs: string | readonly string[],
  options: ProcessedRowsOptions = {},
): Promise<ProcessedRows> {
  return (await openProcessedRows(dataDirs, options)).rowsOf(options)
}

/**
 * The same for several subsets, which costs no more than one.
 *
 * @throws as `readProcessedRows`
 * @example
 * const data = await openProcessedRows('data')
 * const [train, test] = [data.rowsOf({ subsets: ['train'] }), data.rowsOf({ subsets: ['test'] })]
 */
export async function openProcessedRows(
  dataDirs: string | readonly string[],
  { expected, fold }: ProcessedFolderOptions = {},
): Promise<OpenProcessedRows> {
  const folders: ProcessedFolder[] = []
  for (const dataDir of [dataDirs].flat()) folders.push(await readFolder(dataDir, fold))
  const combined = combineFolders(folders)
  const known = new Map<string, Pick<ProcessedRows, 'rows' | 'leftOut'>>()
  const joinRows = rowJoiner(combined, expected)
  return {
    manifest: folders.flatMap(({ manifest }) => manifest),
    rowsOf({ subsets, maxLeftOut = 0.1 } = {}) {
      const key = subsets === undefined ? 'all' : [...subsets].sort().join()
      const found = known.get(key) ?? joinRows(subsets)
      known.set(key, found)
      const { rows, leftOut } = found
      assertFewLeftOut(leftOut, rows.length + leftOut.length, maxLeftOut)
      const { splitsSha256, adjustments } = combined
      return { rows, leftOut, splitsSha256, adjustments }
    },
  }
}

type JoinedRow = { readonly made: ProcessedRow } | { readonly leftOut: LeftOutRow }

/** Joins the rows of subsets; a row that is asked for again is the same one. */
function rowJoiner(
  { splits, imageOf }: CombinedFolders,
  expected: ExpectedPreprocessing | undefined,
): (subsets: readonly Subset[] | undefined) => Pick<ProcessedRows, 'rows' | 'leftOut'> {
  const pathsOf = new Map<string, DataPaths>()
  const joined = new Array<JoinedRow | undefined>(splits.length)
  return (subsets) => {
    const rows: ProcessedRow[] = []
    const leftOut: LeftOutRow[] = []
    for (const [index, row] of splits.entries()) {
      if (subsets !== undefined && !subsets.includes(row.subset)) continue
      const one = joined[index] ?? join(row)
      joined[index] = one
      if ('made' in one) rows.push(one.made)
      else leftOut.push(one.leftOut)
    }
    return { rows, leftOut }
  }

  function join(row: CombinedFolders['splits'][number]): JoinedRow {
    const { row: image, dataDir = '' } = imageOf(row.imageId) ?? {}
    const set = row.set === undefined ? ownSet(row) : row.set
    if (image?.status !== 'ok') {
      const reason = image ? 'failed' : 'not-in-manifest'
      return { leftOut: { row: { ...row, set }, reason, detail: image?.reason ?? '' } }
    }
    const paths = pathsOf.get(dataDir) ?? dataPaths(dataDir)
    pathsOf.set(dataDir, paths)
    if (expected) assertPreprocessedAs(expected, image, paths.manifest)
    return { made: toProcessedRow(row, set, image, { dataDir, processed: paths.processed }) }
  }
}

/** The split of one folder and what became of its images, checked against each other. */
async function readFolder(dataDir: string, fold: number | undefined): Promise<ProcessedFolder> {
  const paths = dataPaths(dataDir)
  const bytes = await readInputFile(paths.splits, splitFirst)
  const identity = await identifySplit(paths.splits, bytes, dataDir)
  const written = parseSplitsCsv(bytes, paths.splits)
  const splits = fold === undefined ? written : placeByFold(written, fold, paths.splits)
  const manifest = await readManifest(paths.manifest)
  const images = new Map<string, ManifestRow>()
  for (const row of manifest) images.set(row.imageId, row)
  assertSameData(splits, manifest, images, paths)
  return { dataDir, splits, manifest, images, ...identity }
}

/** Whether the two files speak of the same images. */
function assertSameData(
  splits: readonly SplitRow[],
  manifest: readonly ManifestRow[],
  images: ReadonlyMap<string, ManifestRow>,
  paths: DataPaths,
): void {
  assertIdsUnmangled(splits, manifest, paths.splits)
  assertSamePatients(splits, images, { rows: paths.splits, manifest: paths.manifest })
  assertDisjointSubsets(splits, { hashes: sourceHashes(manifest), path: paths.splits })
}
