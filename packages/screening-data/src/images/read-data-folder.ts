/** The data set of a data folder, whichever layout it has. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CsvError } from '@mammokit/strict-csv'
import { adjustImages } from '../adjustments/adjust-images.ts'
import { readAdjustmentLists } from '../adjustments/adjustment-lists.ts'
import type { Adjustments } from '../adjustments/adjustments.ts'
import type { DataSet } from '../data-set/data-set-image.ts'
import { ScreeningDataError } from '../screening-data-error.ts'
import { readDataSet } from './read-data-set.ts'

export interface DataFolderOptions {
  /** Folders of made images that are none to list. @default `<dataDir>/processed` */
  readonly exclude?: readonly string[]
  /** Name of the adapter that reads `raw` or the folder itself. @default train.csv, images.csv, or any folder of images */
  readonly from?: string | null
  /** Called with each bad or repeated cell of train.csv or images.csv, whose row is left out then. @default the first one is thrown */
  readonly onFault?: (error: CsvError) => void
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
  const onFault = options.onFault && { onFault: options.onFault }
  const exclude = [join(dataDir, 'processed'), ...(options.exclude ?? [])]
  const roots = [join(dataDir, 'raw'), dataDir]
  if (options.from) {
    const [raw] = roots
    return readDataSet((await exists(raw!)) ? raw! : dataDir, { from: options.from, exclude, ...onFault })
  }
  for (const [table, from] of [
    ['train.csv', 'rsna'],
    ['images.csv', 'folder'],
  ] as const) {
    for (const root of roots)
      if (await exists(join(root, table))) return readDataSet(root, { from, exclude, ...onFault })
  }
  for (const root of roots) {
    if (!(await exists(root))) continue
    const set = await readDataSet(root, { from: 'folder', exclude, ...onFault }).catch(nothingThere)
    if (set) return set
  }
  throw new ScreeningDataError(
    'no-images',
    `Expected train.csv and train_images, images.csv, or image files in ${dataDir} or its folder raw but received none of them. Check the path.`,
    { dataDir },
  )
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
