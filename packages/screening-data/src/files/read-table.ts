/** A table of a published set: its rows by the names of their columns, each with its line. */
import { stat } from 'node:fs/promises'
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
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  )
  if (size > longestText) throw tooLarge(file, size)
  const { header, records } = parseCsv(await readInputFile(file, 'Check the path.'), file, options)
  assertColumns(header, required, file)
  const rows = records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ line, cells }) => ({ line, cells: Object.fromEntries(header.map((name, at) => [name, cells[at]!])) }))
  return { path, header, rows }
}

/** Longest text of Node.js, UTF-16 units. */
const longestText = 2 ** 29 - 24

function tooLarge(file: string, size: number): CsvError {
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  return new CsvError(
    'malformed-csv',
    `Expected a table of at most ${mebibytes(longestText)} MiB for ${file} but received ${mebibytes(size)} MiB. Use one with fewer columns, such as a reduced version.`,
    { path: file, value: size },
  )
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
