/** The scans of a JPEG codestream, each with what holds for it and its entropy-coded data (ITU-T T.81 B.2). */
import { type EntropyData, readEntropyData } from './entropy-data.ts'
import { type HuffmanSpecification, type HuffmanSpecifications, readHuffmanTables } from './huffman-codes.ts'
import {
  invalidJpeg,
  isFrameHeader,
  type JpegFrameHeader,
  type JpegSegment,
  jpegMarkers,
  readFrameHeader,
  readSegment,
  uint16,
} from './segments.ts'

export interface JpegScan {
  readonly header: JpegFrameHeader
  readonly components: readonly ScanComponent[]
  /** Ss: the predictor of lossless JPEG, or the first coefficient of a progressive scan. */
  readonly selection: number
  /** Se: the last coefficient of a progressive scan. */
  readonly selectionEnd: number
  /** Ah: the bit above which a progressive scan refines, 0 where it is the first. */
  readonly approximationBefore: number
  /** Al: the point transform of lossless JPEG, or the lowest bit of a progressive scan. */
  readonly approximation: number
  /** MCUs in a restart interval, 0 where the scan is one. */
  readonly restartInterval: number
  readonly data: EntropyData
}

export interface ScanComponent {
  /** Among the components of the frame header. */
  readonly index: number
  readonly dcTable: HuffmanSpecification | undefined
  readonly acTable: HuffmanSpecification | undefined
}

/**
 * Reads one scan after the other, to the end of the image.
 *
 * @throws {DicomError} `invalid-codestream` also where there is not just one scan for each component, as all but progressive
 *   JPEG has (B.2.3): a scan can cost as much as the image, however short it is.
 */
export function* readScans(bytes: Uint8Array): Generator<JpegScan> {
  const tables: HuffmanSpecifications = new Map()
  let header: JpegFrameHeader | undefined
  let restartInterval = 0
  const found = new Set<number>()
  let segment = readSegment(bytes, 0)
  if (segment.marker !== jpegMarkers.soi) throw invalidJpeg('a start of image', 0)
  while (segment.marker !== jpegMarkers.eoi) {
    segment = readSegment(bytes, segment.end)
    if (segment.marker === jpegMarkers.dht) readHuffmanTables(bytes, segment, tables)
    else if (segment.marker === jpegMarkers.dri) restartInterval = uint16(bytes, segment.start)
    else if (isFrameHeader(segment.marker)) {
      if (header !== undefined) throw invalidJpeg('one frame header', segment.start)
      header = readFrameHeader(bytes, segment)
    } else if (segment.marker === jpegMarkers.sos) {
      if (header === undefined) throw invalidJpeg('a frame header before the scan', segment.start)
      const scan = readScanHeader(bytes, segment, header, tables)
      for (const { index } of scan.components) {
        if (found.has(index) && header.marker !== jpegMarkers.sof2)
          throw invalidJpeg('one scan for each component', segment.start)
        found.add(index)
      }
      const data = readEntropyData(bytes, segment.end)
      yield { ...scan, header, restartInterval, data }
      segment = { ...segment, end: data.end }
    }
  }
  if (found.size !== header?.components.length) throw invalidJpeg('a scan for every component', segment.start)
}

function readScanHeader(
  bytes: Uint8Array,
  segment: JpegSegment,
  header: JpegFrameHeader,
  tables: HuffmanSpecifications,
): Omit<JpegScan, 'header' | 'restartInterval' | 'data'> {
  const count = bytes[segment.start]!
  const last = segment.start + 1 + 2 * count
  if (count === 0 || last + 3 > segment.end) throw invalidJpeg('components in the scan header', segment.start)
  const components = Array.from({ length: count }, (_, order) => {
    const at = segment.start + 1 + 2 * order
    const index = header.components.findIndex(({ id }) => id === bytes[at])
    if (index < 0) throw invalidJpeg('a component of the frame', at)
    const [dc, ac] = [bytes[at + 1]! >> 4, bytes[at + 1]! & 15]
    return { index, dcTable: tables.get(dc), acTable: tables.get(0x10 + ac) }
  })
  const [selection, selectionEnd, approximations] = bytes.subarray(last, last + 3)
  return {
    components,
    selection: selection!,
    selectionEnd: selectionEnd!,
    approximationBefore: approximations! >> 4,
    approximation: approximations! & 15,
  }
}
