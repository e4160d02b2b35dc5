/** Rows to CSV text that `parseCsv` reads back exactly. */
import Papa from 'papaparse'
import { CsvError } from './csv-error.ts'
import { neutralizeCell } from './formula-cells.ts'

/** A cell; null and undefined are written as nothing. */
export type CsvCell = string | number | null | undefined

/**
 * Formats a header and rows as CSV with `\n` line ends.
 *
 * Text that a spreadsheet would execute (`=`, `+`, `-`, `@`, a tab or a line break first) gets an apostrophe before it, which
 * `parseCsv` takes off again; numbers stay numbers.
 *
 * @throws CsvError `bad-option` for a column name that occurs twice, a row of another length, or a lone column with an empty cell
 * @example
 * formatCsv(['id', 'note'], [[-1, 'a, b'], [2, '=1+1']]) // 'id,note\n-1,"a, b"\n2,\'=1+1\n'
 */
export function formatCsv(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const twice = columns.find((name, index) => columns.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new CsvError('bad-option', `Expected each column once for columns but received ${twice} twice. Rename one.`, {
      column: twice,
    })
  }
  const records = rows.map((row, index) => formatRow(row, columns, index))
  return `${Papa.unparse([columns.map(neutralizeCell), ...records], { newline: '\n' })}\n`
}

function formatRow(row: readonly CsvCell[], columns: readonly string[], index: number): string[] {
  const cells = row.map((cell) => (cell === null || cell === undefined ? '' : neutralizeCell(String(cell))))
  if (cells.length !== columns.length) {
    throw new CsvError(
      'bad-option',
      `Expected ${columns.length} cells for row ${index} but received ${cells.length}. Give one for each column.`,
      { value: cells.length },
    )
  }
  // A blank line is no record: with a single column an empty cell would be lost.
  if (cells.length === 1 && cells[0] === '') {
    throw new CsvError(
      'bad-option',
      `Expected text in the only cell of row ${index} but received an empty one. Add another column.`,
      { column: columns[0]! },
    )
  }
  return cells
}
