/** train.csv and test.csv of the RSNA layout as typed rows. */
import { readInputFile } from '@mammokit/atomic-files'
import { type CsvCell, type CsvValues, formatCsv, parseCsvRows } from '@mammokit/strict-csv'
import { detailColumns, idColumns, labelColumn, viewColumns } from './row-columns.ts'

const unlabeledColumns = { ...idColumns, ...viewColumns, ...detailColumns }
export const screeningColumns = { ...idColumns, ...viewColumns, ...labelColumn, ...detailColumns }

interface VerbatimColumns {
  /** Every column of the file, in its order, as it was written there. */
  readonly columns: Readonly<Record<string, string>>
}

/** One image of a screening data set. A field is null where the file has no such column or the cell is empty. */
export type ScreeningRow = CsvValues<typeof screeningColumns> & VerbatimColumns

/** An image without a label, such as those of the competition's test.csv. */
export type UnlabeledRow = CsvValues<typeof unlabeledColumns> & VerbatimColumns

/**
 * Reads train.csv: one typed row per image, unknown columns kept in `columns`.
 *
 * @throws CsvError with the line: `empty-file`, `malformed-csv`, `missing-column`, `duplicate-column`, `bad-value`, `duplicate-value`
 * @throws FileError `not-found`, `cannot-read`
 * @example
 * (await readTrainCsv('data/raw/train.csv'))[0].patientId // '10006'
 */
export async function readTrainCsv(path: string): Promise<ScreeningRow[]> {
  return parseTrainCsv(await readInputFile(path, 'Check the path.'), path)
}

/** As `readTrainCsv`, of text or bytes; `path` is only named in errors. */
export function parseTrainCsv(content: string | Uint8Array, path = 'train.csv'): ScreeningRow[] {
  const rows = parseCsvRows(content, path, screeningColumns, { unique: ['imageId'] })
  return rows.map(({ values, cells }) => ({ ...values, columns: cells }))
}

/** Reads test.csv: `readTrainCsv` for a file without the column `cancer`. */
export async function readTestCsv(path: string): Promise<UnlabeledRow[]> {
  const bytes = await readInputFile(path, 'Check the path.')
  const rows = parseCsvRows(bytes, path, unlabeledColumns, { unique: ['imageId'] })
  return rows.map(({ values, cells }) => ({ ...values, columns: cells }))
}

/**
 * Formats rows as train.csv, `\n` line ends; columns are those of the first row, in its order.
 *
 * @example
 * formatTrainCsv([{ patient_id: 1, image_id: 7, laterality: 'L', view: 'CC', cancer: 0 }]) // 'patient_id,image_id,laterality,view,cancer\n1,7,L,CC,0\n'
 */
export function formatTrainCsv(rows: readonly Readonly<Record<string, CsvCell>>[]): string {
  const header = Object.keys(rows[0] ?? {})
  return formatCsv(
    header,
    rows.map((row) => header.map((name) => row[name])),
  )
}
