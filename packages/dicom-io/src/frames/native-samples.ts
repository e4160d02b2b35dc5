/** Native pixels: bytes of the file to samples, pixel by pixel, in the byte order of this machine (PS3.5 8.1, PS3.3 C.7.6.3.1). */
import { interleave } from '../codecs/planes.ts'
import type { DicomHeader } from '../header/dicom-header.ts'

type Samples = Uint8Array | Uint16Array | Uint32Array

/** How the bytes lie. */
export interface NativeLayout {
  readonly littleEndian: boolean
  /** Bits of `bytes` before the frame, where samples are single bits. */
  readonly skipBits: number
}

export function nativeSamples(bytes: Uint8Array, header: DicomHeader, layout: NativeLayout): Samples {
  const samples = readSamples(bytes, header, layout)
  if (header.photometricInterpretation === 'YBR_FULL_422') return spread422(samples)
  if (header.samplesPerPixel > 1 && header.planarConfiguration === 1) return interleave(samples, header.samplesPerPixel)
  return samples
}

function readSamples(bytes: Uint8Array, header: DicomHeader, layout: NativeLayout): Samples {
  // Bytes that fill their buffer were read from the file for this frame; others belong to the caller.
  const copy = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()
  if (header.bitsAllocated <= 8) {
    if (header.bitsAllocated === 8) return copy
    return unpackBits(copy, layout.skipBits, header.rows * header.columns * header.samplesPerPixel)
  }
  const samples = header.bitsAllocated === 16 ? new Uint16Array(copy.buffer) : new Uint32Array(copy.buffer)
  if (!layout.littleEndian) swapBytes(samples)
  return samples
}

/** Big endian to little endian, the byte order of every machine that runs JavaScript today; 16-bit samples go in pairs. */
function swapBytes({ buffer, byteLength, BYTES_PER_ELEMENT: size }: Uint16Array | Uint32Array): void {
  const words = new Uint32Array(buffer, 0, byteLength >> 2)
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const swapped = ((word >>> 8) & 0x00ff_00ff) | ((word & 0x00ff_00ff) << 8)
    words[at] = size === 2 ? swapped : (swapped >>> 16) | (swapped << 16)
  }
  // An odd number of 16-bit samples has one more.
  const last = new Uint8Array(buffer, byteLength & ~3, byteLength & 3)
  last.reverse()
}

/** The first pixel is the least significant bit (PS3.5 8.1.1 and Annex D). */
function unpackBits(bytes: Uint8Array, skip: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (bytes[(index + skip) >> 3]! >> ((index + skip) & 7)) & 1)
}

/** Y1 Y2 CB CR to Y1 CB CR Y2 CB CR. */
function spread422(samples: Samples): Samples {
  const pixels = new (samples.constructor as Uint8ArrayConstructor)((samples.length / 2) * 3)
  for (let from = 0, to = 0; from + 3 < samples.length; from += 4, to += 6) {
    pixels[to] = samples[from]!
    pixels[to + 3] = samples[from + 1]!
    pixels[to + 1] = pixels[to + 4] = samples[from + 2]!
    pixels[to + 2] = pixels[to + 5] = samples[from + 3]!
  }
  return pixels
}
