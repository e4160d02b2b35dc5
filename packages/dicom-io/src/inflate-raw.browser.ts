/** Deflate (RFC 1951) with a cap on what comes out. `DecompressionStream` would refuse the padding that DICOM adds. */
import { Inflate } from 'fflate'

/** Bytes that are inflated at a time: a thousand times as many may come out before they are counted. */
const step = 16_384

/**
 * What follows the end of the deflated data is ignored.
 *
 * @throws {RangeError} where more than `maxBytes` come out, another error where the data are damaged.
 */
export function inflateRaw(deflated: Uint8Array, maxBytes: number): Uint8Array {
  // fflate takes nothing for the end.
  if (deflated.length === 0) throw new Error('unexpected end of file')
  const chunks: Uint8Array[] = []
  let length = 0
  const inflate = new Inflate((chunk) => {
    length += chunk.length
    if (length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
    chunks.push(chunk)
  })
  for (let at = 0; at < deflated.length; at += step) {
    inflate.push(deflated.subarray(at, at + step), at + step >= deflated.length)
  }
  const inflated = new Uint8Array(length)
  let filled = 0
  for (const chunk of chunks) {
    inflated.set(chunk, filled)
    filled += chunk.length
  }
  return inflated
}
