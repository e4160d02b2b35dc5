/** CSV text to cells with the line that each record starts on; papaparse does the parsing where there are quotes. */
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
  /** Called for each row of another length than the header, which is left out then. @default the first one is thrown */
  readonly onFault?: (error: CsvError) => void
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
  const [first, ...rest] = parseRecords(withoutMark(text), path, options.delimiter)
  if (!first || (rest.length === 0 && !options.allowEmpty)) throw emptyFile(path, first !== undefined)
  const header = headerOf(first, path)
  return { header, records: recordsOfLength(header.length, rest, path, options.onFault) }
}

/** Text without the byte-order mark that a file may begin with. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/**
 * The records of text that begins on `line` of the file, blank lines left out, whatever their lengths.
 *
 * @throws CsvError `malformed-csv`
 */
export function parseRecords(text: string, path: string, delimiter: string = ',', line = 1): CsvRecord[] {
  return text.includes('"') ? quotedRecords(text, path, delimiter, line) : plainRecords(text, delimiter, line)
}

/** Without quotes a line is a record. */
function plainRecords(text: string, delimiter: string, line: number): CsvRecord[] {
  const body = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  const hasApostrophes = body.includes("'")
  const records: CsvRecord[] = []
  for (const [at, content] of body.split('\n').entries()) {
    if (content === '') continue
    const cells = content.split(delimiter)
    records.push({ line: line + at, cells: hasApostrophes ? restoreCells(cells) : cells })
  }
  return records
}

function quotedRecords(text: string, path: string, delimiter: string, start: number): CsvRecord[] {
  const { body, strayQuote } = normalizeLineEnds(text, delimiter)
  const parsed = Papa.parse<string[]>(body, { delimiter, newline: '\n' })
  const faults = new Map(parsed.errors.map((error) => [error.row, error.message]))
  const records: CsvRecord[] = []
  let line = start
  for (const [index, cells] of parsed.data.entries()) {
    const fault = faults.get(index)
    if (fault !== undefined) throw quoteError(path, line, fault)
    if (cells.length > 1 || cells[0] !== '') records.push({ line, cells: restoreCells(cells) })
    line += 1
    for (const cell of cells) line += countLineBreaks(cell)
  }
  if (strayQuote === undefined) return records
  throw quoteError(path, start + countLineBreaks(body.slice(0, strayQuote)), 'Quote within an unquoted cell')
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
  if (!text.includes('\n') && !text.includes('\r')) return 0
  return text.match(/\r\n?|\n/g)?.length ?? 0
}

export function quoteError(path: string, line: number, fault: string): CsvError {
  return new CsvError(
    'malformed-csv',
    `Expected well-formed quotes for ${path} but received "${fault}" on line ${line}. Correct the quotes of that line.`,
    { path, line },
  )
}

/** The names of the columns. @throws CsvError `duplicate-column` */
export function headerOf({ line, cells }: CsvRecord, path: string): readonly string[] {
  const header = cells.map((name) => name.trim())
  const twice = header.find((name, index) => header.indexOf(name) !== index)
  if (twice === undefined) return header
  throw new CsvError(
    'duplicate-column',
    `Expected each column once for ${path} but received ${JSON.stringify(twice)} twice on line ${line}. Rename or remove one.`,
    { path, line, column: twice },
  )
}

/** The records that have a cell for each column. @throws CsvError `malformed-csv` for the first other one, where nobody is told of it */
export function recordsOfLength(
  length: number,
  records: readonly CsvRecord[],
  path: string,
  onFault: ((error: CsvError) => void) | undefined,
): readonly CsvRecord[] {
  const isWhole = ({ cells }: CsvRecord) => cells.length === length
  if (records.every(isWhole)) return records
  for (const { line, cells } of records) {
    if (cells.length === length) continue
    const error = new CsvError(
      'malformed-csv',
      `Expected ${length} cells for line ${line} of ${path} but received ${cells.length}. Correct that line; a cell with a comma needs quotes.`,
      { path, line, value: cells.length },
    )
    if (onFault === undefined) throw error
    onFault(error)
  }
  return records.filter(isWhole)
}

export function emptyFile(path: string, hasHeader: boolean): CsvError {
  return new CsvError(
    'empty-file',
    `Expected a header and at least one row for ${path} but received ${hasHeader ? 'a header only (line 1)' : 'an empty file (line 1)'}. Check that it was written to the end.`,
    { path, line: 1 },
  )
}
