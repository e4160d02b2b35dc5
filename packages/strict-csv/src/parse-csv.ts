/** CSV text to cells with the line that each record starts on; papaparse does the parsing. */
import Papa from 'papaparse'
import { CsvError } from './csv-error.ts'
import { decodeUtf8 } from './decode-utf8.ts'
import { restoreCell } from './formula-cells.ts'

export interface CsvRecord {
  /** From 1, the header included. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvTable {
  readonly header: readonly string[]
  readonly records: readonly CsvRecord[]
}

export interface ParseCsvOptions {
  /** Accept a header without rows. @default false */
  readonly allowEmpty?: boolean
  /** What separates cells. @default ',' */
  readonly delimiter?: ',' | ';' | '\t'
}

/**
 * Parses comma-separated text, or the bytes of a file in UTF-8, strictly, with another `delimiter` where given; `path` is only named in errors.
 *
 * A byte-order mark, CRLF or lone CR line ends, blank lines and spaces around a column's name are accepted; everything else that is
 * odd is an error with its line. Cells keep their spaces; the apostrophe that `formatCsv` puts before a formula is taken off.
 *
 * @throws CsvError `not-utf-8`, `malformed-csv`, `duplicate-column`, `empty-file`
 * @example
 * parseCsv('id,note\n1,"a, b"\n', 'notes.csv').records // [{ line: 2, cells: ['1', 'a, b'] }]
 */
export function parseCsv(content: string | Uint8Array, path: string, options: ParseCsvOptions = {}): CsvTable {
  const text = typeof content === 'string' ? content : decodeUtf8(content, path)
  const { delimiter = ',' } = options
  const { body, strayQuote } = normalizeLineEnds(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, delimiter)
  const parsed = Papa.parse<string[]>(body, { delimiter, newline: '\n' })
  const faults = new Map(parsed.errors.map((error) => [error.row, error.message]))
  const records: CsvRecord[] = []
  const hasQuotes = body.includes('"') // else no cell can have a line break
  let line = 1
  parsed.data.forEach((cells, index) => {
    const fault = faults.get(index)
    if (fault !== undefined) throw quoteError(path, line, fault)
    if (cells.length > 1 || cells[0] !== '') records.push({ line, cells: restoreCells(cells) })
    line += 1
    if (hasQuotes) for (const cell of cells) line += countLineBreaks(cell)
  })
  if (strayQuote !== undefined) {
    throw quoteError(path, 1 + countLineBreaks(body.slice(0, strayQuote)), 'Quote within an unquoted cell')
  }
  const [first, ...rest] = records
  if (!first || (rest.length === 0 && !options.allowEmpty)) {
    throw new CsvError(
      'empty-file',
      `Expected a header and at least one row for ${path} but received ${first ? 'a header only (line 1)' : 'an empty file (line 1)'}. Check that it was written to the end.`,
      { path, line: 1 },
    )
  }
  const header = first.cells.map((name) => name.trim())
  assertShape({ ...first, cells: header }, rest, path)
  return { header, records: rest }
}

/** In place: the cells are the parser's own. */
function restoreCells(cells: string[]): readonly string[] {
  for (let i = 0; i < cells.length; i++) cells[i] = restoreCell(cells[i]!)
  return cells
}

/** Line ends outside of quotes become `\n`; those inside are content. `strayQuote` is the place of the first quote that is within an unquoted cell. */
function normalizeLineEnds(text: string, delimiter: string): { body: string; strayQuote: number | undefined } {
  let strayQuote: number | undefined
  let removed = 0
  const body = text.replace(/"[^"]*"|"|\r\n?/g, (match, offset: number) => {
    if (match.startsWith('"')) {
      // A quote opens a cell, or follows the quote that it escapes.
      if (offset > 0 && !`${delimiter}\n\r"`.includes(text[offset - 1]!)) strayQuote ??= offset - removed
      return match
    }
    removed += match.length - 1
    return '\n'
  })
  return { body, strayQuote }
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0
}

function quoteError(path: string, line: number, fault: string): CsvError {
  return new CsvError(
    'malformed-csv',
    `Expected well-formed quotes for ${path} but received "${fault}" on line ${line}. Correct the quotes of that line.`,
    { path, line },
  )
}

function assertShape(header: CsvRecord, records: readonly CsvRecord[], path: string): void {
  const twice = header.cells.find((name, index) => header.cells.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new CsvError(
      'duplicate-column',
      `Expected each column once for ${path} but received ${JSON.stringify(twice)} twice on line ${header.line}. Rename or remove one.`,
      { path, line: header.line, column: twice },
    )
  }
  for (const { line, cells } of records) {
    if (cells.length === header.cells.length) continue
    throw new CsvError(
      'malformed-csv',
      `Expected ${header.cells.length} cells for line ${line} of ${path} but received ${cells.length}. Correct that line; a cell with a comma needs quotes.`,
      { path, line, value: cells.length },
    )
  }
}
