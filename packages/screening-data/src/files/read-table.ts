/** A table of a published set: its rows by the names of their columns, each with its line. */
import { basename } from 'node:path'
import { readInputFile } from '@mammokit/atomic-files'
import { CsvError, type ParseCsvOptions, parseCsv } from '@mammokit/strict-csv'
import type { SourceFolder } from './source-folder.ts'

export interface TableRow {
  /** From 1, the header included. */
  readonly line: number
  /** Cells as they are written, by the name of their column. */
  readonly cells: Readonly<Record<string, string>>
}

export interface Table {
  /** Relative to the folder of the set. */
  readonly path: string
  readonly header: readonly string[]
  readonly rows: readonly TableRow[]
}

/**
 * Reads a CSV file of a set; lines without any cell are skipped.
 *
 * @param required columns that the file must have
 * @throws CsvError; FileError
 */
export async function readTable(
  source: SourceFolder,
  path: string,
  required: readonly string[],
  options: ParseCsvOptions = {},
): Promise<Table> {
  const file = source.path(path)
  const { header, records } = parseCsv(await readInputFile(file, 'Check the path.'), file, options)
  assertColumns(header, required, file)
  const rows = records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ line, cells }) => ({ line, cells: Object.fromEntries(header.map((name, at) => [name, cells[at]!])) }))
  return { path, header, rows }
}

/** @throws CsvError `missing-column` */
export function assertColumns(header: readonly string[], required: readonly string[], file: string): void {
  const absent = required.find((name) => !header.includes(name))
  if (absent === undefined) return
  throw new CsvError(
    'missing-column',
    `Expected a column ${absent} for ${file} but received ${header.join(', ')}. Check that ${basename(file)} is as it was published.`,
    { path: file, line: 1, column: absent },
  )
}
