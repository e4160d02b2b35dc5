/** PNG to the values that sharp gives, in a page. */
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png'
import { PreprocessError } from '../preprocess-error.ts'
import type { RasterSamples } from './samples.ts'

export interface PngStart {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** Of eXIf (PNG 11.3.4.5), before the pixels. */
  readonly exif: Uint8Array | undefined
}

const channelsOfType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 4, 4: 2, 6: 4 }

/** What stands before the pixels (PNG 11.2.1). @throws RangeError where the file ends before them */
export function readPngStart(bytes: Uint8Array): PngStart {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = { width: view.getUint32(16), height: view.getUint32(20), channels: channelsOfType[bytes[25]!] ?? 4 }
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (type === 'eXIf') return { ...size, exif: bytes.subarray(at + 8, at + 8 + view.getUint32(at)) }
    if (type === 'IDAT') break
  }
  return { ...size, exif: undefined }
}

/** @throws PreprocessError `image-unreadable` for one color that is transparent; Error for a damaged file */
export function decodePng(bytes: Uint8Array): RasterSamples {
  const png = decode(bytes, { checkCrc: true })
  const { width, height } = png
  if (png.palette) {
    const data = convertIndexedToRgb(png) as Uint8Array
    return { data, width, height, channels: data.length / (width * height), white: 255 }
  }
  if (png.transparency) {
    throw new PreprocessError(
      'image-unreadable',
      'Expected no transparent color in a PNG file in a page but received one. Save the picture without transparency.',
    )
  }
  const data = png.depth < 8 ? unpacked(png) : (png.data as Uint8Array | Uint16Array)
  return { data, width, height, channels: png.channels, white: png.depth === 16 ? 65_535 : 255 }
}

/** Gray values of 1, 2 or 4 bits, each row from a byte of its own, at the scale of 8. */
function unpacked({ data, width, height, depth }: DecodedPng): Uint8Array {
  const values = new Uint8Array(width * height)
  const rowBytes = Math.ceil((width * depth) / 8)
  const white = 2 ** depth - 1
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const bit = x * depth
      const value = (data[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & white
      values[at] = (255 * value) / white
    }
  }
  return values
}
