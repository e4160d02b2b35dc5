/** CSV text to cells with the line that each record starts on. */
import { CsvError } from './csv-error.ts'
import { decodeUtf8 } from './decode-utf8.ts'
import { type CsvRecord, type ParseCsvOptions, parseRecords } from './parse-records.ts'

/** A header and its records, as text. */
export interface CsvTable {
  readonly header: readonly string[]
  readonly records: readonly CsvRecord[]
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
  options: ParseCsvOptions,
  begin: (header: readonly string[]) => (line: number, cells: readonly string[]) => void,
): readonly string[] {
  const { allowEmpty, onFault } = options
  const text = typeof content === 'string' ? content : decodeUtf8(content, path)
  let header: readonly string[] | undefined
  let onRecord: ((line: number, cells: readonly string[]) => void) | undefined
  let hasRows = false
  parseRecords(withoutMark(text), path, options, 1, (line, cells) => {
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
