/** The data set of a data folder, whichever layout it has. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { adjustImages } from '../adjustments/adjust-images.ts'
import { readAdjustmentLists } from '../adjustments/adjustment-lists.ts'
import type { Adjustments } from '../adjustments/adjustments.ts'
import type { DataSet } from '../data-set/data-set-image.ts'
import { ScreeningDataError } from '../screening-data-error.ts'
import { type ReadDataSetOptions, readDataSet } from './read-data-set.ts'

/** Options of `readDataFolder`. */
export interface DataFolderOptions extends Omit<ReadDataSetOptions, 'from'> {
  /** Folders of made images that are none to list, beside `<dataDir>/processed`. @default none */
  readonly exclude?: readonly string[]
  /**
   * Name of the adapter that reads `raw` or the folder itself, or the images.csv there that import wrote of that set.
   *
   * @default train.csv, images.csv, test.csv, or any folder of images
   */
  readonly from?: string | null
}

/** A data set, with the lists beside its table applied. */
export interface DataFolder extends DataSet {
  readonly adjustments: Adjustments
}

/**
 * Reads the data set of a folder, with the cells of corrections.csv corrected and the images of exclusions.csv marked as `excluded`.
 *
 * @throws ScreeningDataError `no-images`, `unknown-set`; CsvError, FileError of the table and of the lists
 * @example
 * const { images, adjustments } = await readDataFolder('data')
 */
export async function readDataFolder(dataDir: string, options: DataFolderOptions = {}): Promise<DataFolder> {
  const dataSet = await readAsPublished(dataDir, options)
  return { ...dataSet, ...adjustImages(dataSet.images, await readAdjustmentLists(dataDir)) }
}

async function readAsPublished(dataDir: string, options: DataFolderOptions): Promise<DataSet> {
  const exclude = [join(dataDir, 'processed'), ...(options.exclude ?? [])]
  const read = (root: string, from: string) => readDataSet(root, { ...options, from, exclude })
  const raw = join(dataDir, 'raw')
  const roots = [raw, dataDir]
  if (options.from) {
    const root = (await exists(raw)) ? raw : dataDir
    return (await readImported(root, options.from, read)) ?? read(root, options.from)
  }
  for (const [table, from] of [
    ['train.csv', 'rsna'],
    ['images.csv', 'folder'],
    ['test.csv', 'rsna'],
  ] as const) {
    for (const root of roots) if (await exists(join(root, table))) return read(root, from)
  }
  for (const root of roots) {
    if (!(await exists(root))) continue
    const set = await read(root, 'folder').catch(nothingThere)
    if (set) return set
  }
  throw new ScreeningDataError(
    'no-images',
    `Expected train.csv and train_images, images.csv, test.csv and test_images, or image files in ${dataDir} or its folder raw but received none of them. Check the path.`,
    { dataDir },
  )
}

/** The images of a set that import listed there; undefined where the folder has no such list. */
async function readImported(
  root: string,
  set: string,
  read: (root: string, from: string) => Promise<DataSet>,
): Promise<DataSet | undefined> {
  if (set === 'folder' || !(await exists(join(root, 'images.csv')))) return undefined
  const listed = await read(root, 'folder')
  return listed.images.every((image) => image.set === set) ? listed : undefined
}

function nothingThere(error: unknown): undefined {
  if (error instanceof ScreeningDataError && error.code === 'no-images') return undefined
  throw error
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
