/** Tile-parts of JPEG 2000 and HTJ2K follow one another without a gap, an end of codestream behind the last (ITU-T T.800 A.4.2). */
import { findCodestream, invalidJpeg2000 } from './codestream-size.ts'

const markers = { startOfTilePart: 0xff90, endOfCodestream: 0xffd9 }
const shortestTilePart = 14

/** @throws {DicomError} `invalid-codestream` where bytes were lost or added, whatever a decoder would make of the rest. */
export function checkTileParts(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = findCodestream(bytes) + 2
  while (at + 12 <= bytes.length) {
    const marker = view.getUint16(at)
    if (marker === markers.startOfTilePart) {
      const length = view.getUint32(at + 6)
      // 0: the tile-part is the last one, and as long as the codestream.
      if (length === 0) at = lastEndOfCodestream(bytes)
      else if (length >= shortestTilePart) at += length
      else throw invalidJpeg2000('a whole tile-part', at)
    } else if (marker > 0xff4f && marker !== markers.endOfCodestream) {
      at += 2 + view.getUint16(at + 2)
    } else {
      break
    }
  }
  if (at + 2 <= bytes.length && view.getUint16(at) === markers.endOfCodestream) return
  throw invalidJpeg2000('an end of codestream', Math.min(at, bytes.length))
}

/** Where the last marker begins; it may be followed by padding. */
export function lastEndOfCodestream(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return Math.max(0, end - 2)
}
