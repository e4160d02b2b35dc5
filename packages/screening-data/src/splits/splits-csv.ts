/** splits.csv: the columns of train.csv as they were, then `subset` and `fold`. */
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import type { SplitPlace } from '@mammokit/data-split'
import { formatCsv, mapCsvRows } from '@mammokit/strict-csv'
import { type Adjustments, isAdjusted, noAdjustments } from '../adjustments/adjustments.ts'
import { placeColumns } from '../rows/row-columns.ts'
import { type ScreeningRow, screeningColumns } from '../rows/train-csv.ts'
import { ScreeningDataError } from '../screening-data-error.ts'
import { assertSplit } from './assert-split.ts'
import { removeSplitRecord, splitRecordOf, writeSplitRecord } from './split-record.ts'

/** One image with its subset and fold. */
export type SplitRow = ScreeningRow & SplitPlace

const splitColumns = { ...screeningColumns, ...placeColumns }

/** splits.csv as text, `\n` line ends. */
export function formatSplitsCsv(rows: readonly (Pick<ScreeningRow, 'columns'> & SplitPlace)[]): string {
  const header = Object.keys(rows[0]?.columns ?? {})
  const taken = header.find((name) => name === 'subset' || name === 'fold')
  if (header.length === 0 || taken !== undefined) {
    throw new ScreeningDataError(
      taken === undefined ? 'bad-option' : 'duplicate-column',
      `Expected rows of readTrainCsv without the columns subset and fold for splits.csv but received ${taken ?? 'no columns'}. Rename that column in train.csv.`,
      { column: taken ?? '' },
    )
  }
  const cells = rows.map((row) => [...header.map((name) => row.columns[name]), row.subset, row.fold])
  return formatCsv([...header, 'subset', 'fold'], cells)
}

/**
 * Writes splits.csv whole or not at all, and splits.json beside it where the rows were adjusted by hand.
 *
 * @throws FileError `cannot-write`
 */
export async function writeSplitsCsv(
  path: string,
  rows: readonly (Pick<ScreeningRow, 'columns'> & SplitPlace)[],
  adjustments: Adjustments = noAdjustments,
): Promise<void> {
  const text = formatSplitsCsv(rows)
  const record = splitRecordOf(path)
  // In this order a kill between the two leaves files that contradict each other, and no reader takes them.
  if (isAdjusted(adjustments)) await writeSplitRecord(record, text, adjustments)
  await writeFileAtomic(path, text)
  if (!isAdjusted(adjustments)) await removeSplitRecord(record)
}

/**
 * Reads splits.csv back: the rows of `readTrainCsv` with `subset` and `fold`.
 *
 * @throws CsvError, FileError as `readTrainCsv` does; ScreeningDataError `group-overlap` for a patient in two subsets or two folds
 * @example
 * (await readSplitsCsv('data/processed/splits.csv')).filter((row) => row.subset === 'train')
 */
export async function readSplitsCsv(path: string): Promise<SplitRow[]> {
  return parseSplitsCsv(await readInputFile(path, splitFirst), path)
}

/** What to do where there is no splits.csv. */
export const splitFirst = 'Split first: mammokit-trainer split.'

/** As `readSplitsCsv`, of text or bytes; `path` is only named in errors. */
export function parseSplitsCsv(content: string | Uint8Array, path = 'splits.csv'): SplitRow[] {
  const options = { unique: ['imageId'], cellsExcept: Object.values(placeColumns).map(({ name }) => name) } as const
  const rows = mapCsvRows(content, path, splitColumns, options, ({ values, cells }) => ({ ...values, columns: cells }))
  assertSplit(rows, path)
  return rows
}
