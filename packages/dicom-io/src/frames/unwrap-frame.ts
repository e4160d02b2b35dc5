/** Frames in fragments whose samples lie as they would natively: as they are, or deflated (PS3.5 A.4, A.4.13, RFC 1951). */

import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { inflateRaw } from '../inflate-raw.ts'
import { bytesOfFrame } from './native-bytes.ts'

/**
 * The native bytes of an encapsulated frame.
 *
 * @throws {DicomError} `truncated` or `mismatch` where there are fewer or more than the header says, `invalid-codestream` where they
 *   do not inflate.
 */
export function unwrapFrame(frame: Uint8Array, codec: 'native' | 'deflate', header: DicomHeader): Uint8Array {
  const { expected, most } = bytesOfFrame(header)
  const bytes = codec === 'deflate' ? inflateFrame(frame, expected, most) : frame
  if (bytes.length > most) throw tooLong(expected, `${bytes.length}`)
  if (bytes.length >= expected) return bytes.subarray(0, expected)
  throw new DicomError(
    'truncated',
    `Expected ${expected} bytes for the frame, as in the header, but received ${bytes.length}. Pixel Data is truncated.`,
  )
}

function inflateFrame(frame: Uint8Array, expected: number, most: number): Uint8Array {
  try {
    return inflateRaw(frame, most)
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLong(expected, `more than ${most}`)
    const reason = (cause as Error).message
    const message = `Expected a deflated frame but received this error: ${reason}. The frame is damaged.`
    throw new DicomError('invalid-codestream', message, {}, { cause })
  }
}

function tooLong(expected: number, received: string): DicomError {
  return new DicomError(
    'mismatch',
    `Expected ${expected} bytes for the frame, as in the header, but received ${received}. Rows, Columns or Bits Allocated is wrong.`,
  )
}
