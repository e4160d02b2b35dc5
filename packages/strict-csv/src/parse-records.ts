/** Text to records, each with the line that it starts on; papaparse does the parsing where there are quotes. */
import Papa from 'papaparse'
import { CsvError } from './csv-error.ts'
import { restoreCell } from './formula-cells.ts'

/** A record as text. */
export interface CsvRecord {
  /** From 1, the header included. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Options of `parseCsv`. */
export interface ParseCsvOptions {
  /** Accept a header without rows. @default false */
  readonly allowEmpty?: boolean
  /** What separates cells. @default ',' */
  readonly delimiter?: ',' | ';' | '\t'
  /** Called for each row of another length than the header, or with wrong quotes, which is left out then. @default the first one is thrown */
  readonly onFault?: (error: CsvError) => void
}

/**
 * The records of text that begins on `line` of the file, blank lines left out, whatever their lengths.
 *
 * @throws CsvError `malformed-csv`; where somebody is told of it, only for the first record and for more faults than a table may have
 */
export function parseRecords(
  text: string,
  path: string,
  { delimiter = ',', onFault }: Pick<ParseCsvOptions, 'delimiter' | 'onFault'>,
  line: number,
  onRecord: (line: number, cells: readonly string[]) => void,
): void {
  if (!text.includes('"')) {
    plainRecords(text, delimiter, line, onRecord)
    return
  }
  const records = onFault
    ? soundRecords(text, path, delimiter, line, onFault)
    : quotedRecords(text, path, delimiter, line)
  for (const record of records) onRecord(record.line, record.cells)
}

/** Lines with wrong quotes that are left out before the table is taken for something else. */
const mostFaults = 100

/** The records without the lines whose quotes are wrong: each is blanked, since only then it is known where the others begin. */
function soundRecords(
  text: string,
  path: string,
  delimiter: string,
  start: number,
  onFault: (error: CsvError) => void,
): CsvRecord[] {
  let rest = text
  for (let faults = 0; ; faults++) {
    try {
      return quotedRecords(rest, path, delimiter, start)
    } catch (error) {
      if (!(error instanceof CsvError) || faults === mostFaults) throw error
      const lines = rest.split(/(\r\n?|\n)/) // each with its end behind it
      const at = 2 * (error.details.line! - start)
      // Without its header a table cannot be read.
      if (start === 1 && lines.slice(0, at).join('').trim() === '') throw error
      onFault(error)
      lines[at] = ''
      rest = lines.join('')
    }
  }
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
