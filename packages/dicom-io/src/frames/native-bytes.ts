/** The bytes of one frame of native Pixel Data (PS3.5 A.1 to A.3). */
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import type { PixelDataPlace } from '../header/pixel-data.ts'

/** Bytes of frame `index` of native pixels; throws `truncated` where Pixel Data ends before the frame does. */
export async function nativeFrameBytes(place: PixelDataPlace, header: DicomHeader, index: number) {
  const bits = header.rows * header.columns * samplesInFile(header) * header.bitsAllocated
  const start = Math.floor((bits * index) / 8)
  const end = Math.ceil((bits * (index + 1)) / 8)
  // Words are swapped whole, the one that the frame shares with its neighbor or with the padding included.
  const swapped = place.swappedBytes && header.bitsAllocated <= 8
  const first = swapped ? start & ~1 : start
  const wanted = swapped ? (end + 1) & ~1 : end
  const available = Math.min(wanted, place.length ?? wanted) - first
  const bytes = await place.source.read(place.offset + first, Math.max(0, available))
  if (first + bytes.length < end) {
    const missing = `Expected ${end - start} bytes for frame ${index} but received ${Math.max(0, first + bytes.length - start)}. Pixel Data is truncated.`
    throw new DicomError('truncated', missing, { offset: place.offset + first + bytes.length })
  }
  checkLength(place, header)
  const aligned = swapped ? swapWords(bytes) : bytes
  return { bytes: aligned.subarray(start - first, end - first), skipBits: (bits * index) % 8 }
}

/** Whether all frames of native pixels are within the file; throws `truncated`, or `mismatch` for other pixels than the header's. */
export function checkNativeLength(place: PixelDataPlace, header: DicomHeader): void {
  const { expected } = bytesOfFrames(header, header.numberOfFrames)
  const inFile = Math.max(0, place.source.size - place.offset)
  const received = Math.min(place.length ?? inFile, inFile)
  if (received < expected) {
    const missing = `Expected ${expected} bytes of Pixel Data, as in the header, but received ${received}. Pixel Data is truncated.`
    throw new DicomError('truncated', missing, { offset: place.offset + received })
  }
  checkLength(place, header)
}

/** How many bytes a frame has that lies alone, and how many may be there. */
export function bytesOfFrame(header: DicomHeader): { readonly expected: number; readonly most: number } {
  return bytesOfFrames(header, 1)
}

/** Some writers pad Pixel Data; with more than a row or a column to spare the header describes another image. */
function bytesOfFrames(header: DicomHeader, count: number) {
  const { rows, columns, bitsAllocated } = header
  const bitsPerPixel = samplesInFile(header) * bitsAllocated
  const expected = Math.ceil((rows * columns * count * bitsPerPixel) / 8)
  return { expected, most: expected + Math.ceil((Math.max(rows, columns) * bitsPerPixel) / 8) + 1 }
}

function checkLength({ offset, length }: PixelDataPlace, header: DicomHeader): void {
  const { expected, most } = bytesOfFrames(header, header.numberOfFrames)
  if (length === undefined || length <= most) return
  throw new DicomError(
    'mismatch',
    `Expected ${expected} bytes of Pixel Data, as in the header, but received ${length}. Rows, Columns, Bits Allocated or Number of Frames is wrong.`,
    { offset },
  )
}

function swapWords(bytes: Uint8Array): Uint8Array {
  const swapped = bytes.slice()
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    swapped[at] = bytes[at + 1]!
    swapped[at + 1] = bytes[at]!
  }
  return swapped
}

/** Uncompressed YBR_FULL_422 stores two samples a pixel: Y1 Y2 CB CR for two pixels (PS3.3 C.7.6.3.1.2). */
function samplesInFile(header: DicomHeader): number {
  return header.photometricInterpretation === 'YBR_FULL_422' ? 2 : header.samplesPerPixel
}
