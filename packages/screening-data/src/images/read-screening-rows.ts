/** The labeled rows of a data folder, as training sees them, and the rows that it cannot use. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import type { Adjustments } from '../adjustments/adjustments.ts'
import { dataPaths } from '../data-paths.ts'
import { type DataFolderOptions, readDataFolder } from './read-data-folder.ts'
import { type ScreeningRows, screeningRows } from './screening-rows.ts'

/**
 * The labeled rows of a data folder and the file that they come from: `train.csv`, else `images.csv`, in `raw` or the folder itself; with
 * `from`, the tables of that published layout. Images without cancer, side or view are left out.
 *
 * @throws CsvError with the line; FileError `not-found`, `cannot-read` for train.csv; ScreeningDataError `no-labels`
 */
export async function readScreeningRows(
  dataDir: string,
  options: DataFolderOptions = {},
): Promise<ScreeningRows & { readonly path: string; readonly adjustments: Adjustments }> {
  const { raw, trainCsv } = dataPaths(dataDir)
  const tables = [trainCsv, join(dataDir, 'train.csv'), join(raw, 'images.csv'), join(dataDir, 'images.csv')]
  const path = tables.find((table) => existsSync(table))
  // Says that it is not there.
  if (path === undefined && !options.from) await readInputFile(trainCsv, 'Check the path.')
  const { root, images, adjustments } = await readDataFolder(dataDir, options)
  return { ...screeningRows(images), adjustments, path: options.from ? root : path! }
}
