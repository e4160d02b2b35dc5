/** A sheet of an Excel file as a table. */
import { readInputFile } from '@mammokit/atomic-files'
import { CsvError } from '@mammokit/strict-csv'
import { assertColumns, type Table } from './read-table.ts'
import type { SourceFolder } from './source-folder.ts'

/**
 * Reads a sheet, its first row as the names of columns (without the spaces around them); lines are rows of the sheet, empty ones skipped.
 *
 * @param required columns that the sheet must have
 * @param name of the sheet in small letters, whatever its case; @default the first one
 * @throws CsvError `malformed-csv` for what is no Excel file or lacks the sheet, `empty-file`, `missing-column`; FileError
 */
export async function readSheet(
  source: SourceFolder,
  path: string,
  required: readonly string[],
  name?: string,
): Promise<Table & { readonly header: readonly string[] }> {
  const file = source.path(path)
  const bytes = Buffer.from(await readInputFile(file, 'Check the path.'))
  const { default: readExcelFile } = await import('read-excel-file/node') // which tables in text do without
  const sheets = await readExcelFile(bytes, { trim: false }).catch((error: unknown) => {
    throw unreadable(file, 'an Excel file (.xlsx)', (error as Error).message)
  })
  const sheet = name === undefined ? sheets[0] : sheets.find((one) => one.sheet.trim().toLowerCase() === name)
  if (sheet === undefined) {
    throw unreadable(file, `a sheet ${name ?? ''}`, `only ${sheets.map((one) => one.sheet).join(', ')}`)
  }
  const lines = sheet.data.map((cells, at) => ({ line: at + 1, cells: cells.map(textOf) }))
  const [first, ...rest] = lines.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  const header = first?.cells.map((cell) => cell.trim()) ?? []
  assertColumns(header, required, file)
  const rows = rest.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(header.flatMap((column, at) => (column === '' ? [] : [[column, cells[at] ?? '']]))),
  }))
  return { path, header, rows }
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  return cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)
}

function unreadable(path: string, expected: string, received: string): CsvError {
  return new CsvError(
    'malformed-csv',
    `Expected ${expected} for ${path} but received ${received.replace(/\.$/, '')}. Download it again.`,
    { path },
  )
}
