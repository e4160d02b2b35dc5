/** Deflate (RFC 1951) with a cap on what comes out. */
import * as zlib from 'node:zlib'

/**
 * What follows the end of the deflated data is ignored.
 *
 * @throws {RangeError} where more than `maxBytes` come out, another error where the data are damaged.
 */
export function inflateRaw(deflated: Uint8Array, maxBytes: number): Uint8Array {
  const { buffer, byteOffset, byteLength } = zlib.inflateRawSync(deflated, { maxOutputLength: maxBytes })
  return new Uint8Array(buffer, byteOffset, byteLength)
}
