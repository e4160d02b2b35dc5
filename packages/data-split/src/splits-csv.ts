/** splits.csv: the columns of train.csv as they were, then `subset` and `fold`. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import Papa from 'papaparse'
import { z } from 'zod'
import { DataSplitError } from './data-split-error.ts'
import { parseCsv } from './parse-csv.ts'
import type { SplitPlace } from './reference-split.ts'
import { assertColumn, parseCell, parseTrainCsv, readCsvFile, type TrainRow } from './train-csv.ts'

export type SplitRow = TrainRow & SplitPlace

const subsetSchema = z.enum(['train', 'val', 'test'], 'train, val or test')
const foldSchema = z
  .string()
  .regex(/^\d*$/, 'a whole number or nothing')
  .transform((cell) => (cell === '' ? null : Number(cell)))

/** splits.csv as text, `\n` line ends. */
export function formatSplitsCsv(rows: readonly (Pick<TrainRow, 'columns'> & SplitPlace)[]): string {
  const header = Object.keys(rows[0]?.columns ?? {})
  const taken = header.find((name) => name === 'subset' || name === 'fold')
  if (header.length === 0 || taken !== undefined) {
    throw new DataSplitError(
      taken === undefined ? 'bad-option' : 'duplicate-column',
      `Expected rows of readTrainCsv without the columns subset and fold for splits.csv but received ${taken ?? 'no columns'}. Rename that column in train.csv.`,
      { column: taken ?? '' },
    )
  }
  const data = rows.map((row) => [...header.map((name) => row.columns[name] ?? ''), row.subset, row.fold ?? ''])
  return `${Papa.unparse({ fields: [...header, 'subset', 'fold'], data }, { newline: '\n' })}\n`
}

/** Writes splits.csv under a temporary name, then renames it. */
export async function writeSplitsCsv(
  path: string,
  rows: readonly (Pick<TrainRow, 'columns'> & SplitPlace)[],
): Promise<void> {
  const text = formatSplitsCsv(rows)
  const temporary = `${path}.${randomUUID()}.tmp`
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/**
 * Reads splits.csv back: the rows of `readTrainCsv` with `subset` and `fold`.
 *
 * @throws DataSplitError as `readTrainCsv` does.
 * @example
 * (await readSplitsCsv('data/processed/splits.csv')).filter((row) => row.subset === 'train')
 */
export async function readSplitsCsv(path: string): Promise<SplitRow[]> {
  return parseSplitsCsv(await readCsvFile(path), path)
}

/** As `readSplitsCsv`, of text; `path` is only named in errors. */
export function parseSplitsCsv(text: string, path = 'splits.csv'): SplitRow[] {
  const table = parseCsv(text, path)
  assertColumn(table, 'subset', path)
  assertColumn(table, 'fold', path)
  return parseTrainCsv(text, path).map((row, index) => {
    const { subset, fold, ...columns } = row.columns
    const { line } = table.records[index]!
    return {
      ...row,
      columns,
      subset: parseCell(subsetSchema, subset!, { path, line, column: 'subset' }),
      fold: parseCell(foldSchema, fold!, { path, line, column: 'fold' }),
    }
  })
}
