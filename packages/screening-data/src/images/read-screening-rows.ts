import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from '../data-paths.ts'
import { readTrainCsv, type ScreeningRow } from '../rows/train-csv.ts'
import { readImagesCsv } from './images-csv.ts'

/**
 * The labeled rows of a data folder and the file that they come from: `raw/train.csv`, else `raw/images.csv` or `images.csv`.
 *
 * @throws CsvError with the line; FileError `not-found`, `cannot-read` for train.csv
 */
export async function readScreeningRows(
  dataDir: string,
): Promise<{ readonly rows: ScreeningRow[]; readonly path: string }> {
  const { raw, trainCsv } = dataPaths(dataDir)
  const lists = [join(raw, 'images.csv'), join(dataDir, 'images.csv')]
  const path = existsSync(trainCsv) ? trainCsv : (lists.find((list) => existsSync(list)) ?? trainCsv)
  return { rows: await (path === trainCsv ? readTrainCsv(path) : readImagesCsv(path)), path }
}
