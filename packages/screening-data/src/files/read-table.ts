/** A table of a published set: its rows by the names of their columns, each with its line. */
import { basename } from 'node:path'
import { readInputChunks } from '@mammokit/atomic-files'
import { CsvError, type ParseCsvOptions, parseCsvStream } from '@mammokit/strict-csv'
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
  readonly rows: readonly TableRow[]
}

export interface ReadTableOptions extends Pick<ParseCsvOptions, 'delimiter'> {
  /** Which columns are kept. @default all */
  readonly keep?: (name: string) => boolean
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
  options: ReadTableOptions = {},
): Promise<Table> {
  const rows: TableRow[] = []
  for await (const piece of readTablePieces(source, path, required, options)) for (const row of piece) rows.push(row)
  return { path, rows }
}

/** As `readTable`, a part of the rows at a time: of files of any size only what the caller keeps stays in memory. */
export async function* readTablePieces(
  source: SourceFolder,
  path: string,
  required: readonly string[],
  { keep = () => true, delimiter }: ReadTableOptions = {},
): AsyncGenerator<readonly TableRow[], void, undefined> {
  const file = source.path(path)
  const { onFault } = source.options
  const options = { ...(delimiter && { delimiter }), ...(onFault && { onFault }) }
  const copyCell = cellCopier()
  let columns: { readonly name: string; readonly at: number }[] | undefined
  for await (const { header, records } of parseCsvStream(readInputChunks(file, 'Check the path.'), file, options)) {
    source.options.signal?.throwIfAborted()
    if (columns === undefined) assertColumns(header, required, file)
    columns ??= header.flatMap((name, at) => (keep(name) ? [{ name, at }] : []))
    const kept = columns
    yield records
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
      .map(({ line, cells }) => ({
        line,
        cells: Object.fromEntries(kept.map(({ name, at }) => [name, copyCell(cells[at]!)])),
      }))
  }
}

/** Distinct cells that are remembered. */
const rememberedCells = 4096

/** Copies of cells, which are parts of a piece of the file and would keep all of it in memory. */
function cellCopier(): (cell: string) => string {
  const known = new Map<string, string>()
  return (cell) => {
    // Strings as short as that are copies already.
    if (cell.length < 13) return cell
    const before = known.get(cell)
    if (before !== undefined) return before
    const copy = Buffer.from(cell, 'utf16le').toString('utf16le')
    if (known.size < rememberedCells) known.set(copy, copy)
    return copy
  }
}

/** Names of the columns of a CSV file, of which no more than the first piece is read; none where it cannot be read as one. */
export async function headerOf(source: SourceFolder, path: string): Promise<readonly string[]> {
  const file = source.path(path)
  const ignoreFaults = { onFault: () => undefined }
  try {
    for await (const { header } of parseCsvStream(readInputChunks(file, 'Check the path.'), file, ignoreFaults)) {
      return header
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
  }
  return []
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
