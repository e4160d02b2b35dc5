/** RLE Lossless: PackBits by byte plane (PS3.5 Annex G). */
import { DicomError } from '../dicom-error.ts'
import type { Codec } from './codec.ts'

const headerBytes = 64

export const decodeRle: Codec = async (bytes, shape) => {
  const { rows, columns, samplesPerPixel: components, bitsAllocated, bitsStored } = shape
  const bytesPerSample = bitsAllocated / 8
  const segments = readSegments(bytes, components * bytesPerSample)
  const pixels = rows * columns
  const size = pixels * components * bytesPerSample
  // Two bytes give at most 128.
  if (bytes.length * 64 < size) throw invalidRle(`at least ${Math.ceil(size / 64)} bytes`, bytes.length)
  const planes = new Uint8Array(size)
  const step = components * bytesPerSample
  segments.forEach(({ start, end }, segment) => {
    // Of each component the most significant byte comes first (G.2).
    const component = Math.floor(segment / bytesPerSample)
    const byte = bytesPerSample - 1 - (segment % bytesPerSample)
    unpack(bytes, start, end, planes, component * bytesPerSample + byte, step)
  })
  const samples =
    bytesPerSample === 1
      ? planes
      : bytesPerSample === 2
        ? new Uint16Array(planes.buffer)
        : new Uint32Array(planes.buffer)
  return { samples, width: columns, height: rows, components, precision: bitsStored, resolutionLevel: 0 }
}

function readSegments(bytes: Uint8Array, expected: number): { readonly start: number; readonly end: number }[] {
  if (bytes.length < headerBytes) throw invalidRle('a header of 64 bytes', bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
  const count = view.getUint32(0, true)
  if (count !== expected) {
    throw new DicomError(
      'mismatch',
      `Expected ${expected} RLE segments, as in the header, but received ${count}. Samples per Pixel or Bits Allocated is wrong.`,
    )
  }
  const offsets = Array.from({ length: count }, (_, index) => view.getUint32(4 + 4 * index, true))
  return offsets.map((start, index) => {
    const end = offsets[index + 1] ?? bytes.length
    if (start < headerBytes || end > bytes.length || start >= end) throw invalidRle('segment offsets in order', start)
    return { start, end }
  })
}

/** G.3.2: 0 to 127 literal bytes + 1, or -1 to -127 repeats of one byte; -128 is nothing. Writes every `step`th byte. */
function unpack(bytes: Uint8Array, start: number, end: number, target: Uint8Array, first: number, step: number): void {
  let read = start
  let write = first
  const stop = target.length
  while (write < stop) {
    if (read >= end) throw invalidRle('more data in the segment', read)
    const control = bytes[read++]!
    if (control < 128) {
      const last = read + control + 1
      if (last > end) throw invalidRle('more literal bytes', read)
      for (; read < last && write < stop; write += step) target[write] = bytes[read++]!
      read = last
    } else if (control > 128) {
      if (read >= end) throw invalidRle('a byte to repeat', read)
      const value = bytes[read++]!
      const last = Math.min(stop, write + (257 - control) * step)
      // The target begins as zeros: runs of them, such as the background, need no writing.
      if (value === 0) write = last
      else for (; write < last; write += step) target[write] = value
    }
  }
  // A segment is padded with a zero to an even length (G.2); some writers pad with more.
  if (end - read > 1 && bytes.subarray(read, end).some((byte) => byte !== 0)) {
    throw new DicomError(
      'mismatch',
      'Expected an RLE segment of the size in the header but received a longer one. Rows, Columns or Bits Allocated is wrong.',
      { offset: read },
    )
  }
}

function invalidRle(expected: string, offset: number): DicomError {
  return new DicomError(
    'invalid-codestream',
    `Expected ${expected} at byte ${offset} of the RLE frame but received something else. The frame is damaged.`,
    {
      offset,
    },
  )
}
