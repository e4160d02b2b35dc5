/** A CSV file of any size, piece by piece: only the piece that is being read is in memory. */
import { decodeUtf8 } from './decode-utf8.ts'
import { type CsvTable, emptyFile, headerOf, isWhole, withoutMark } from './parse-csv.ts'
import { type CsvRecord, type ParseCsvOptions, parseRecords, quoteError } from './parse-records.ts'

/** Longest record, bytes: a quote that is never closed would take the rest of the file for one. */
const longestRecord = 2 ** 24

/**
 * Parses the bytes of a file in UTF-8 as `parseCsv` does, a table for each piece of whole records; lines count from the start of the file.
 *
 * Cells may be parts of their piece's text, which stays in memory for as long as one of them does: keep copies.
 *
 * @throws CsvError as `parseCsv` does, at the piece that has the fault
 * @example
 * for await (const { header, records } of parseCsvStream(createReadStream('notes.csv'), 'notes.csv')) count += records.length
 */
export async function* parseCsvStream(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  options: ParseCsvOptions = {},
): AsyncGenerator<CsvTable, void, undefined> {
  let header: readonly string[] | undefined
  let hasRows = false
  for await (const { bytes, offset, line } of piecesOf(chunks, path)) {
    const text = decodeUtf8(bytes, path, { offset, line })
    const records: CsvRecord[] = []
    parseRecords(offset === 0 ? withoutMark(text) : text, path, options, line, (at, cells) => {
      if (header === undefined) header = headerOf(at, cells, path)
      else {
        hasRows = true
        if (isWhole(header.length, at, cells, path, options.onFault)) records.push({ line: at, cells })
      }
    })
    if (header !== undefined && records.length > 0) yield { header, records }
  }
  if (hasRows) return
  if (header === undefined || !options.allowEmpty) throw emptyFile(path, header !== undefined)
  yield { header, records: [] }
}

interface Piece {
  readonly bytes: Uint8Array
  /** Of its first byte, and the line that begins there. */
  readonly offset: number
  readonly line: number
}

/** The file in pieces that end with a record. */
async function* piecesOf(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Piece, void, undefined> {
  let rest = new Uint8Array(0)
  let offset = 0
  let line = 1
  for await (const chunk of chunks) {
    rest = joined(rest, chunk)
    const end = endOfRecords(rest)
    if (end > 0) {
      const bytes = rest.subarray(0, end)
      yield { bytes, offset, line }
      offset += end
      line += lineEndsIn(bytes)
      rest = rest.slice(end)
    } else if (rest.length > longestRecord) throw quoteError(path, line, 'Quoted field unterminated')
  }
  if (rest.length > 0) yield { bytes: rest, offset, line }
}

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Where the last line ends that no quoted cell goes across; 0 where there is none. `bytes` begin with a record. */
function endOfRecords(bytes: Uint8Array): number {
  let quotes = 0
  for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, at + 1)) quotes++
  // Of the last byte it is not known whether it is the first half of a line end.
  for (let at = bytes.length - 1; at >= 0; at--) {
    const byte = bytes[at]
    if (byte === quote) quotes--
    else if (quotes % 2 > 0) continue
    else if (byte === lineFeed || (byte === carriageReturn && at < bytes.length - 1)) return at + 1
  }
  return 0
}

function lineEndsIn(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) count++
  }
  return count
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
