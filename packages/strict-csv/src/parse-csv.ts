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
  const records: CsvRecord[] = []
  const header = eachRecord(content, path, options, () => (line, cells) => records.push({ line, cells }))
  return { header, records }
}

/**
 * Calls a function with each record of a file, so that only what it keeps stays in memory; returns the header.
 *
 * @param begin called with the header before the first record
 * @throws CsvError as `parseCsv` does
 */
export function eachRecord(
  content: string | Uint8Array,
  path: string,
  { allowEmpty, delimiter, onFault }: ParseCsvOptions,
  begin: (header: readonly string[]) => (line: number, cells: readonly string[]) => void,
): readonly string[] {
  const text = typeof content === 'string' ? content : decodeUtf8(content, path)
  let header: readonly string[] | undefined
  let onRecord: ((line: number, cells: readonly string[]) => void) | undefined
  let hasRows = false
  parseRecords(withoutMark(text), path, delimiter, 1, (line, cells) => {
    if (header === undefined) header = headerOf(line, cells, path)
    else if (isWhole(header.length, line, cells, path, onFault)) {
      hasRows = true
      onRecord ??= begin(header)
      onRecord(line, cells)
    } else hasRows = true
  })
  if (header === undefined || !(hasRows || allowEmpty)) throw emptyFile(path, header !== undefined)
  if (onRecord === undefined) begin(header)
  return header
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
export function parseRecords(
  text: string,
  path: string,
  delimiter: string | undefined,
  line: number,
  onRecord: (line: number, cells: readonly string[]) => void,
): void {
  if (text.includes('"')) {
    for (const record of quotedRecords(text, path, delimiter ?? ',', line)) onRecord(record.line, record.cells)
  } else plainRecords(text, delimiter ?? ',', line, onRecord)
}

/** Without quotes a line is a record. */
function plainRecords(
  text: string,
  delimiter: string,
  first: number,
  onRecord: (line: number, cells: readonly string[]) => void,
): void {
  const body = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  // Chosen here: a condition within the loop makes V8 search the whole text once a record.
  const restore = body.includes("'") ? restoreCells : unchanged
  for (let line = first, start = 0; start < body.length; line++) {
    const next = body.indexOf('\n', start)
    const end = next < 0 ? body.length : next
    if (end > start) {
      const cells = body.slice(start, end).split(delimiter)
      onRecord(line, restore(cells))
    }
    start = end + 1
  }
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

const unchanged = (cells: string[]): readonly string[] => cells

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
export function headerOf(line: number, cells: readonly string[], path: string): readonly string[] {
  const header = cells.map((name) => name.trim())
  const twice = header.find((name, index) => header.indexOf(name) !== index)
  if (twice === undefined) return header
  throw new CsvError(
    'duplicate-column',
    `Expected each column once for ${path} but received ${JSON.stringify(twice)} twice on line ${line}. Rename or remove one.`,
    { path, line, column: twice },
  )
}

/** Whether a record has a cell for each column. @throws CsvError `malformed-csv` where not, if nobody is told of it */
export function isWhole(
  length: number,
  line: number,
  cells: readonly string[],
  path: string,
  onFault: ((error: CsvError) => void) | undefined,
): boolean {
  if (cells.length === length) return true
  const error = new CsvError(
    'malformed-csv',
    `Expected ${length} cells for line ${line} of ${path} but received ${cells.length}. Correct that line; a cell that has what separates cells needs quotes.`,
    { path, line, value: cells.length },
  )
  if (onFault === undefined) throw error
  onFault(error)
  return false
}

export function emptyFile(path: string, hasHeader: boolean): CsvError {
  return new CsvError(
    'empty-file',
    `Expected a header and at least one row for ${path} but received ${hasHeader ? 'a header only (line 1)' : 'an empty file (line 1)'}. Check that it was written to the end.`,
    { path, line: 1 },
  )
}
