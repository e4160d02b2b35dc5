/** Marker segments of a JPEG or JPEG-LS codestream (ITU-T T.81 Annex B, T.87 Annex C). */
import { DicomError } from '../../dicom-error.ts'

export interface JpegSegment {
  /** Second byte of the marker: 0xc3 for SOF3. */
  readonly marker: number
  /** First byte after the segment's length field. */
  readonly start: number
  /** First byte after the segment. */
  readonly end: number
}

/** SOFn: what a codestream says about itself. */
export interface JpegFrameHeader {
  readonly marker: number
  /** First byte after the segment's length field. */
  readonly start: number
  readonly precision: number
  readonly width: number
  readonly height: number
  readonly components: readonly { readonly id: number; readonly horizontal: number; readonly vertical: number }[]
}

export const jpegMarkers = {
  sof1: 0xc1,
  sof2: 0xc2,
  sof3: 0xc3,
  dht: 0xc4,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dri: 0xdd,
  sof55: 0xf7,
} as const

/** The segment at `position`, fill bytes skipped. */
export function readSegment(bytes: Uint8Array, position: number): JpegSegment {
  let at = position
  if (bytes[at] !== 0xff) throw invalidJpeg('a marker', at)
  while (bytes[at] === 0xff) at += 1
  const marker = bytes[at]
  if (marker === undefined) throw invalidJpeg('a marker', at)
  const start = at + 1
  if (marker === jpegMarkers.soi || marker === jpegMarkers.eoi || isRestart(marker)) {
    return { marker, start, end: start }
  }
  const length = uint16(bytes, start)
  if (!(length >= 2 && start + length <= bytes.length)) throw invalidJpeg(`a segment of ${length} bytes`, start)
  return { marker, start: start + 2, end: start + length }
}

/** Reads a SOFn segment (T.81 B.2.2). */
export function readFrameHeader(bytes: Uint8Array, segment: JpegSegment): JpegFrameHeader {
  const count = bytes[segment.start + 5]!
  if (segment.end - segment.start < 6 + 3 * count)
    throw invalidJpeg(`${count} components in the frame header`, segment.start)
  const components = Array.from({ length: count }, (_, index) => {
    const at = segment.start + 6 + 3 * index
    return { id: bytes[at]!, horizontal: bytes[at + 1]! >> 4, vertical: bytes[at + 1]! & 15 }
  })
  const height = uint16(bytes, segment.start + 1)
  const width = uint16(bytes, segment.start + 3)
  if (width === 0 || height === 0 || count === 0) throw invalidJpeg('rows, columns and components', segment.start)
  const { marker, start } = segment
  return { marker, start, precision: bytes[start]!, width, height, components }
}

/** Finds the frame header before the first scan. */
export function findFrameHeader(bytes: Uint8Array): JpegFrameHeader {
  let segment = readSegment(bytes, 0)
  if (segment.marker !== jpegMarkers.soi) throw invalidJpeg('a start of image', 0)
  while (segment.marker !== jpegMarkers.sos && segment.marker !== jpegMarkers.eoi) {
    segment = readSegment(bytes, segment.end)
    if (isFrameHeader(segment.marker)) return readFrameHeader(bytes, segment)
  }
  throw invalidJpeg('a frame header before the first scan', segment.start)
}

/** SOF0 to SOF15, of which C4 (DHT), C8 (JPG) and CC (DAC) are none, and SOF55 of JPEG-LS. */
export function isFrameHeader(marker: number): boolean {
  if (marker === jpegMarkers.sof55) return true
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** RST0 to RST7. */
export function isRestart(marker: number | undefined): boolean {
  return marker !== undefined && marker >= 0xd0 && marker <= 0xd7
}

export function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!
}

export function invalidJpeg(expected: string, offset: number): DicomError {
  return new DicomError(
    'invalid-codestream',
    `Expected ${expected} at byte ${offset} of the JPEG codestream but received something else. The frame is damaged.`,
    { offset },
  )
}
