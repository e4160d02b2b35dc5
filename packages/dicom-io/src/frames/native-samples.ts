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
  const buffer = Buffer.from(copy.buffer)
  if (header.bitsAllocated === 16) {
    if (!layout.littleEndian) buffer.swap16()
    return new Uint16Array(copy.buffer)
  }
  if (!layout.littleEndian) buffer.swap32()
  return new Uint32Array(copy.buffer)
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
