/** Portable graymaps: binary (P5, 8 or 16 bit, big endian) and plain (P2). https://netpbm.sourceforge.net/doc/pgm.html */
import { PreprocessError } from '../preprocess-error.ts'
import { maxSamples, type RasterSamples } from './samples.ts'

/**
 * Decodes a graymap to its exact values.
 *
 * @throws PreprocessError `image-unreadable` for a header that is damaged, values that are missing or above the largest, and more samples
 * than the cap, before any memory is taken
 * @example
 * decodePgm(new TextEncoder().encode('P2 2 1 255  0 255')).data // Uint8Array [0, 255]
 */
export function decodePgm(bytes: Uint8Array): RasterSamples {
  const isPlain = bytes[1] === 0x32
  const reader = new NumberReader(bytes, 2)
  const [width, height, white] = [reader.next('width'), reader.next('height'), reader.next('the largest value')]
  if (width < 1 || height < 1 || white < 1 || white > 65_535) {
    throw unreadable('sides of 1 or more and a largest value of 1 to 65535', `${width}, ${height} and ${white}`)
  }
  const pixels = width * height
  if (pixels > maxSamples) throw unreadable(`at most ${maxSamples} pixels`, `${width} x ${height}`)
  const data = isPlain ? plainValues(reader, pixels, white) : binaryValues(bytes, reader.position + 1, pixels, white)
  const end = isPlain ? reader.position : reader.position + 1 + pixels * data.BYTES_PER_ELEMENT
  if (/^\s*P[1-7]\s/.test(String.fromCharCode(...bytes.subarray(end, end + 16)))) {
    throw unreadable('one image', 'several')
  }
  for (let at = 0; at < pixels; at++) if (data[at]! > white) throw unreadable(`values up to ${white}`, data[at]!)
  return { data, width, height, channels: 1, white }
}

function binaryValues(bytes: Uint8Array, start: number, pixels: number, white: number): Uint8Array | Uint16Array {
  const size = white < 256 ? 1 : 2
  const found = Math.floor((bytes.length - start) / size)
  if (found < pixels) throw unreadable(`${pixels} values`, Math.max(0, found))
  if (size === 1) return bytes.subarray(start, start + pixels)
  const view = new DataView(bytes.buffer, bytes.byteOffset + start)
  const data = new Uint16Array(pixels)
  for (let at = 0; at < pixels; at++) data[at] = view.getUint16(2 * at)
  return data
}

function plainValues(reader: NumberReader, pixels: number, white: number): Uint8Array | Uint16Array {
  // A digit and a space for each value at least.
  if (reader.bytesLeft + 1 < 2 * pixels) throw unreadable(`${pixels} values`, `${reader.bytesLeft} bytes`)
  const data = white < 256 ? new Uint8Array(pixels) : new Uint16Array(pixels)
  for (let at = 0; at < pixels; at++) {
    const value = reader.next(`value ${at + 1} of ${pixels}`)
    if (value > white) throw unreadable(`values up to ${white}`, value)
    data[at] = value
  }
  return data
}

/** Numbers between white space; a comment goes from `#` to the end of its line. */
class NumberReader {
  readonly #bytes: Uint8Array
  position: number

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes
    this.position = position
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.position
  }

  next(what: string): number {
    const bytes = this.#bytes
    let at = this.position
    for (; isSpace(bytes[at]) || bytes[at] === 0x23; at++) {
      if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++
    }
    const start = at
    let value = 0
    for (; isDigit(bytes[at]) && at - start < 10; at++) value = 10 * value + bytes[at]! - 0x30
    if (at === start || !(at === bytes.length || isSpace(bytes[at]) || bytes[at] === 0x23)) {
      throw unreadable(`a number for ${what}`, at >= bytes.length ? 'the end of the file' : `byte ${bytes[at]}`)
    }
    this.position = at
    return value
  }
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39

/** Space, and tab to carriage return. */
const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)

function unreadable(expected: string, received: string | number): PreprocessError {
  return new PreprocessError(
    'image-unreadable',
    `Expected ${expected} in a PGM file but received ${received}. The file is damaged.`,
    { received },
  )
}
