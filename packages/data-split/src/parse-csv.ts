/** CSV text to cells with the line each record starts on; papaparse does the parsing. */
import Papa from 'papaparse'
import { DataSplitError } from './data-split-error.ts'

export interface CsvRecord {
  /** From 1, the header included. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvTable {
  readonly header: readonly string[]
  readonly records: readonly CsvRecord[]
}

/** A byte-order mark, CRLF or lone CR line ends and blank lines are accepted; everything else that is odd is an error with its line. */
export function parseCsv(text: string, path: string): CsvTable {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const newline = body.includes('\n') ? '\n' : '\r'
  const parsed = Papa.parse<string[]>(body, { delimiter: ',', newline })
  const records: CsvRecord[] = []
  let line = 1
  parsed.data.forEach((raw, index) => {
    const fault = parsed.errors.find((error) => error.row === index)
    if (fault) {
      throw new DataSplitError(
        'malformed-csv',
        `Expected well-formed quotes for ${path} but received "${fault.message}" on line ${line}. Correct the quotes of that line.`,
        { path, line },
      )
    }
    const cells = raw.map((cell, position) =>
      position === raw.length - 1 && cell.endsWith('\r') ? cell.slice(0, -1) : cell,
    )
    if (cells.length > 1 || cells[0] !== '') records.push({ line, cells })
    line += 1 + raw.reduce((breaks, cell) => breaks + (cell.split(newline).length - 1), 0)
  })
  const [first, ...rest] = records
  if (!first || rest.length === 0) {
    throw new DataSplitError(
      'empty-file',
      `Expected a header and at least one row for ${path} but received ${first ? 'a header only (line 1)' : 'an empty file (line 1)'}. Check that it was written to the end.`,
      { path, line: 1 },
    )
  }
  assertShape(first, rest, path)
  return { header: first.cells, records: rest }
}

function assertShape(header: CsvRecord, records: readonly CsvRecord[], path: string): void {
  const twice = header.cells.find((name, index) => header.cells.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new DataSplitError(
      'duplicate-column',
      `Expected each column once for ${path} but received "${twice}" twice on line ${header.line}. Rename or remove one.`,
      { path, line: header.line, column: twice },
    )
  }
  for (const { line, cells } of records) {
    if (cells.length === header.cells.length) continue
    throw new DataSplitError(
      'malformed-csv',
      `Expected ${header.cells.length} cells for line ${line} of ${path} but received ${cells.length}. Correct that line; a cell with a comma needs quotes.`,
      { path, line, value: cells.length },
    )
  }
}
