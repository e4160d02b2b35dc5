/** Stored values of one frame. */
import type { DecodedFrame } from '../codecs/codec.ts'
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'

/** Stored values of one frame, before modality and VOI transforms. */
export interface StoredFrame {
  /** Stored values, row by row; of a color image RGB, pixel by pixel. */
  readonly data: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
  readonly width: number
  readonly height: number
  /** Bits Stored: values lie within this many bits, except in files that break their promise (see the README). */
  readonly bits: number
  readonly signed: boolean
  /** 1 gray, 3 RGB. */
  readonly channels: 1 | 3
  /** 0 full size, 1 half the sides, 2 a quarter; samples lie at full-resolution pixel `k * i`. */
  readonly resolutionLevel: number
}

/** Masks to Bits Stored below High Bit and extends the sign (PS3.5 8.1.1). */
export function toStoredFrame(frame: DecodedFrame, header: DicomHeader, compressed: boolean): StoredFrame {
  const signed = header.pixelRepresentation === 1
  const samples = widen(frame, header)
  return {
    data: compressed ? readCodestream(samples, frame, header, signed) : maskAndExtend(samples, header, signed),
    width: frame.width,
    height: frame.height,
    bits: header.bitsStored,
    signed,
    channels: frame.components === 3 ? 3 : 1,
    resolutionLevel: frame.resolutionLevel,
  }
}

/** Decoders give 16 bits for what fits in 8, or 8 for what Bits Allocated makes 16. */
function widen({ samples }: DecodedFrame, { bitsAllocated }: DicomHeader): DecodedFrame['samples'] {
  if (bitsAllocated === 8 && samples.BYTES_PER_ELEMENT > 1) return Uint8Array.from(samples)
  if (bitsAllocated === 16 && samples.BYTES_PER_ELEMENT === 1) return Uint16Array.from(samples)
  return samples
}

/**
 * A codestream has no bits to mask: values above Bits Stored are real, and some mammograms have them. At a reduced resolution
 * they are overshoot of the wavelet, and are cut off.
 */
function readCodestream(
  samples: DecodedFrame['samples'],
  frame: DecodedFrame,
  { bitsStored }: DicomHeader,
  signed: boolean,
): StoredFrame['data'] {
  if (frame.signed && !signed) checkUnsigned(samples)
  const signBits = frame.signed ? frame.precision : bitsStored
  const data = signed ? asSigned(samples, samples.BYTES_PER_ELEMENT * 8 - signBits, 0) : samples
  if (frame.resolutionLevel > 0 && frame.precision > bitsStored) {
    const low = signed ? -(2 ** (bitsStored - 1)) : 0
    const high = low + 2 ** bitsStored - 1
    for (let at = 0; at < data.length; at++) data[at] = Math.min(Math.max(data[at]!, low), high)
  }
  return data
}

/** A codestream may say signed of samples that are not below 0, and then it says the same as the header. */
function checkUnsigned(samples: DecodedFrame['samples']): void {
  const lowestNegative = 2 ** (samples.BYTES_PER_ELEMENT * 8 - 1)
  if (samples.every((sample) => sample < lowestNegative)) return
  throw new DicomError(
    'mismatch',
    'Expected unsigned samples, as in the header, but received negative ones from the compressed frame. Pixel Representation is wrong.',
  )
}

function maskAndExtend(samples: DecodedFrame['samples'], header: DicomHeader, signed: boolean): StoredFrame['data'] {
  const size = samples.BYTES_PER_ELEMENT * 8
  const below = header.highBit + 1 - header.bitsStored
  if (signed) return asSigned(samples, size - header.highBit - 1, below)
  if (header.bitsStored === size) return samples
  const mask = 2 ** header.bitsStored - 1
  const inPairs = size === 16 && below === 0 ? maskPairs(samples, mask) : 0
  for (let at = inPairs; at < samples.length; at++) samples[at] = (samples[at]! >>> below) & mask
  return samples
}

/** Masks 16-bit samples two at a time, which takes half as long; returns how many it masked. */
function maskPairs({ buffer, byteOffset, length }: DecodedFrame['samples'], mask: number): number {
  const pairs = new Int32Array(buffer, byteOffset, length >> 1)
  const pairMask = mask | (mask << 16)
  for (let at = 0; at < pairs.length; at++) pairs[at] = pairs[at]! & pairMask
  return pairs.length * 2
}

/** Shifts the sign bit to the top and back down, `below` further. */
function asSigned(samples: DecodedFrame['samples'], above: number, below: number): StoredFrame['data'] {
  const { buffer, byteOffset, length } = samples
  const data =
    samples instanceof Uint8Array
      ? new Int8Array(buffer, byteOffset, length)
      : samples instanceof Uint16Array
        ? new Int16Array(buffer, byteOffset, length)
        : new Int32Array(buffer, byteOffset, length)
  if (above + below === 0) return data
  const up = 32 - data.BYTES_PER_ELEMENT * 8 + above
  for (let at = 0; at < data.length; at++) data[at] = (data[at]! << up) >> (up + below)
  return data
}
