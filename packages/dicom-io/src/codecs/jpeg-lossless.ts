/**
 * Lossless JPEG, Process 14: sequential, Huffman-coded, all seven predictors, 2 to 16 bits, restart intervals, point transform.
 *
 * Reference: ITU-T T.81 (ISO/IEC 10918-1) Annex H.
 */
import { DicomError } from '../dicom-error.ts'
import { type EntropyData, readEntropyData } from './entropy-data.ts'
import { createHuffmanTable, type HuffmanTable } from './huffman-table.ts'
import {
  invalidJpeg,
  isFrameHeader,
  type JpegFrameHeader,
  type JpegSegment,
  jpegMarkers,
  readFrameHeader,
  readSegment,
  uint16,
} from './jpeg-segments.ts'
import { decodeLosslessScan } from './lossless-scan.ts'

export interface JpegLosslessImage {
  /** Samples pixel by pixel, components interleaved. */
  readonly samples: Uint16Array
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
}

/** One scan: which components it holds, and how they were predicted. */
export interface LosslessScan {
  readonly components: readonly { readonly index: number; readonly table: HuffmanTable }[]
  readonly predictor: number
  readonly pointTransform: number
  readonly restartInterval: number
}

/**
 * Decodes a lossless JPEG codestream (SOF3).
 *
 * @throws {DicomError} `invalid-codestream` for a codestream that is damaged, `unsupported` for another JPEG process.
 */
export function decodeJpegLossless(bytes: Uint8Array): JpegLosslessImage {
  const tables: (TableSegment | undefined)[] = []
  let header: JpegFrameHeader | undefined
  let samples: Uint16Array | undefined
  let restartInterval = 0
  const decoded = new Set<number>()
  let segment = readSegment(bytes, 0)
  if (segment.marker !== jpegMarkers.soi) throw invalidJpeg('a start of image', 0)
  while (segment.marker !== jpegMarkers.eoi) {
    segment = readSegment(bytes, segment.end)
    if (segment.marker === jpegMarkers.dht) readHuffmanTables(bytes, segment, tables)
    else if (segment.marker === jpegMarkers.dri) restartInterval = uint16(bytes, segment.start)
    else if (isFrameHeader(segment.marker)) {
      header = acceptHeader(bytes, segment, header)
      samples = allocate(header, bytes)
    } else if (segment.marker === jpegMarkers.sos) {
      if (header === undefined || samples === undefined)
        throw invalidJpeg('a frame header before the scan', segment.start)
      const scan = readScanHeader(bytes, segment, header, tables, restartInterval)
      for (const { index } of scan.components) {
        // Once each (T.81 B.2.3): a scan costs as much as the image, however short it is.
        if (decoded.has(index)) throw invalidJpeg('one scan for each component', segment.start)
        decoded.add(index)
      }
      const data: EntropyData = readEntropyData(bytes, segment.end)
      decodeLosslessScan(scan, data, header, samples)
      segment = { ...segment, end: data.end }
    }
  }
  if (header === undefined || samples === undefined || decoded.size !== header.components.length) {
    throw invalidJpeg('a scan for every component', segment.start)
  }
  const { width, height, components, precision } = header
  return { samples, width, height, components: components.length, precision }
}

/** A sample takes a bit at least: a short codestream cannot hold a large image. */
function allocate({ width, height, components }: JpegFrameHeader, bytes: Uint8Array): Uint16Array {
  const count = width * height * components.length
  if (count > bytes.length * 8) throw invalidJpeg(`at least ${Math.ceil(count / 8)} bytes`, bytes.length)
  return new Uint16Array(count)
}

function acceptHeader(bytes: Uint8Array, segment: JpegSegment, previous: JpegFrameHeader | undefined): JpegFrameHeader {
  if (previous !== undefined) throw invalidJpeg('one frame header', segment.start)
  if (segment.marker !== jpegMarkers.sof3) {
    throw new DicomError(
      'unsupported',
      `Expected lossless JPEG (SOF3) but received SOF${segment.marker - 0xc0}. The codestream belongs to another transfer syntax.`,
      { offset: segment.start },
    )
  }
  const header = readFrameHeader(bytes, segment)
  if (header.precision < 2 || header.precision > 16) throw invalidJpeg('a precision of 2 to 16', segment.start)
  if (header.components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
    throw new DicomError('unsupported', 'Expected lossless JPEG without subsampling.', { offset: segment.start })
  }
  return header
}

/** A table as it lies in the codestream: built when a scan asks for it, because there may be any number of them. */
interface TableSegment {
  readonly offset: number
  readonly counts: Uint8Array
  readonly categories: Uint8Array
}

function readHuffmanTables(bytes: Uint8Array, segment: JpegSegment, tables: (TableSegment | undefined)[]): void {
  for (let at = segment.start; at < segment.end; ) {
    const classAndId = bytes[at]!
    const counts = bytes.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const end = at + 17 + total
    if (classAndId > 3 || total > 17 || end > segment.end) throw invalidJpeg('a Huffman table of lossless JPEG', at)
    tables[classAndId] = { offset: at, counts, categories: bytes.slice(at + 17, end) }
    at = end
  }
}

/** T.81 B.2.3: Ss is the predictor, Al the point transform. */
function readScanHeader(
  bytes: Uint8Array,
  segment: JpegSegment,
  header: JpegFrameHeader,
  tables: readonly (TableSegment | undefined)[],
  restartInterval: number,
): LosslessScan {
  const count = bytes[segment.start]!
  const last = segment.start + 1 + 2 * count
  if (count === 0 || last + 3 > segment.end) throw invalidJpeg('components in the scan header', segment.start)
  const components = Array.from({ length: count }, (_, order) => {
    const at = segment.start + 1 + 2 * order
    const index = header.components.findIndex(({ id }) => id === bytes[at])
    const table = tables[bytes[at + 1]! >> 4]
    if (index < 0 || table === undefined) throw invalidJpeg('a component with a Huffman table', at)
    return { index, table: createHuffmanTable(table.counts, table.categories, table.offset) }
  })
  const predictor = bytes[last]!
  const pointTransform = bytes[last + 2]! & 15
  if (predictor < 1 || predictor > 7) throw invalidJpeg('a predictor of 1 to 7', last)
  if (pointTransform >= header.precision) throw invalidJpeg('a point transform below the precision', last + 2)
  if (restartInterval % header.width !== 0) throw invalidJpeg('a restart interval of whole rows', last)
  return { components, predictor, pointTransform, restartInterval }
}
