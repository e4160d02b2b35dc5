/** The image as a display would show it: modality LUT, VOI LUT, polarity, as one table over the stored values (PS3.4 N.2). */
import { DicomError } from '../dicom-error.ts'
import type { StoredFrame } from '../frames/stored-frame.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { modalityFunction } from './modality.ts'
import { type PaddingRange, paddingRange } from './padding.ts'
import { voiFunction, windowFunction } from './voi.ts'

/** Options of `toPresentation`. */
export interface PresentationOptions {
  /** Bits of a gray level: 16 gives 0 black to 65,535 white, 8 gives 0 to 255. @default 16 */
  readonly bits?: 8 | 16
  /** Which of several windows or VOI LUTs, by index or by its explanation. @default 0 */
  readonly window?: number | string
  /** Writes gray levels of 16 bits over stored values of 16 bits, which are lost: no second copy of a large frame. @default false */
  readonly overwrite?: boolean
}

/** A gray image as it is to be displayed. */
export interface PresentationImage<Data extends Uint8Array | Uint16Array = Uint16Array> {
  /** Gray levels, 0 black, row by row. */
  readonly data: Data
  readonly width: number
  readonly height: number
  readonly bits: 8 | 16
}

/**
 * Gray levels of a stored frame, 0 black and the largest white.
 *
 * An image without any window spans its own values, from the smallest to the largest that is not padding. Padding is black.
 *
 * @throws {DicomError} `invalid-argument` for a window that the image does not have, `unsupported` for a color image.
 * @example
 * const { data } = toPresentation(await image.decodeFrame(), image.header) // Uint16Array
 */
export function toPresentation(
  frame: StoredFrame,
  header: DicomHeader,
  options: PresentationOptions & { readonly bits: 8 },
): PresentationImage<Uint8Array>
export function toPresentation(
  frame: StoredFrame,
  header: DicomHeader,
  options?: PresentationOptions & { readonly bits?: 16 },
): PresentationImage<Uint16Array>
export function toPresentation(
  frame: StoredFrame,
  header: DicomHeader,
  options: PresentationOptions = {},
): PresentationImage<Uint8Array | Uint16Array> {
  const bits = options.bits ?? 16
  if (frame.channels !== 1) {
    throw new DicomError(
      'unsupported',
      'Expected a grayscale image for toPresentation but received RGB. Display its stored values as they are.',
    )
  }
  if (bits !== 8 && bits !== 16) {
    throw new DicomError('invalid-argument', `Expected 8 or 16 for bits but received ${bits}. Choose one of the two.`)
  }
  const shade = presentationFunction(frame, header, options.window ?? 0, 2 ** bits - 1)
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = frame.data
  const overwrites = options.overwrite === true && bits === 16 && BYTES_PER_ELEMENT === 2
  const data =
    bits === 8
      ? new Uint8Array(length)
      : overwrites
        ? new Uint16Array(buffer, byteOffset, length)
        : new Uint16Array(length)
  if (BYTES_PER_ELEMENT === 4) {
    for (let at = 0; at < data.length; at++) data[at] = shade(frame.data[at]!)
  } else {
    applyTable(frame, shade, data)
  }
  return { data, width: frame.width, height: frame.height, bits }
}

/** Stored value to gray level. */
function presentationFunction(frame: StoredFrame, header: DicomHeader, window: number | string, white: number) {
  const padding = paddingRange(header)
  const modality = modalityFunction(header)
  const voi = voiFunction(header, window) ?? ownRange(frame, padding, modality)
  const inverse = header.photometricInterpretation === 'MONOCHROME1' || header.presentationLutShape === 'INVERSE'
  return (stored: number): number => {
    if (padding !== undefined && stored >= padding.low && stored <= padding.high) return 0
    const level = Math.round(voi(modality(stored)) * white)
    return inverse ? white - level : level
  }
}

/** Samples that are looked at, and then mapped, while they are in the cache. */
const pieceLength = 2 ** 15

/** One entry for each value of the sample type; those of values above Bits Stored, which some images have, only where one occurs. */
function applyTable(frame: StoredFrame, shade: (stored: number) => number, data: Uint8Array | Uint16Array): void {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = frame.data
  const size = 2 ** (8 * BYTES_PER_ELEMENT)
  const isByte = BYTES_PER_ELEMENT === 1
  const table = data instanceof Uint8Array ? new Uint8Array(size) : new Uint16Array(size)
  let filled = 0
  const fillUpTo = (end: number) => {
    for (; filled < end; filled++) table[filled] = shade(frame.signed && filled >= size / 2 ? filled - size : filled)
  }
  const samples = isByte ? new Uint8Array(buffer, byteOffset, length) : new Uint16Array(buffer, byteOffset, length)
  fillUpTo(frame.signed ? size : Math.min(size, 2 ** frame.bits))
  for (let start = 0; start < length; start += pieceLength) {
    const end = Math.min(length, start + pieceLength)
    if (filled < size && allBits(samples, start, end) >= filled) fillUpTo(size)
    mapSamples(samples, table, data, start, end)
  }
}

/** At least the largest sample: all bits of all samples. */
function allBits(samples: Uint8Array | Uint16Array, start: number, end: number): number {
  let bits = 0
  const inFours = end - ((end - start) & 3)
  for (let at = start; at < inFours; at += 4) {
    bits |= samples[at]! | samples[at + 1]! | samples[at + 2]! | samples[at + 3]!
  }
  for (let at = inFours; at < end; at++) bits |= samples[at]!
  return bits
}

/** Four samples at a time take half as long as one. */
function mapSamples(
  samples: Uint8Array | Uint16Array,
  table: Uint8Array | Uint16Array,
  data: Uint8Array | Uint16Array,
  start: number,
  end: number,
): void {
  const inFours = end - ((end - start) & 3)
  for (let at = start; at < inFours; at += 4) {
    const first = samples[at]!
    const second = samples[at + 1]!
    const third = samples[at + 2]!
    const fourth = samples[at + 3]!
    data[at] = table[first]!
    data[at + 1] = table[second]!
    data[at + 2] = table[third]!
    data[at + 3] = table[fourth]!
  }
  for (let at = inFours; at < end; at++) data[at] = table[samples[at]!]!
}

function ownRange(frame: StoredFrame, padding: PaddingRange | undefined, modality: (stored: number) => number) {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const stored of frame.data) {
    if (padding !== undefined && stored >= padding.low && stored <= padding.high) continue
    if (stored < low) low = stored
    if (stored > high) high = stored
  }
  const ends = low <= high ? [modality(low), modality(high)] : [0, 0]
  const [first, last] = [Math.min(...ends), Math.max(...ends)]
  return first < last ? windowFunction('LINEAR_EXACT', (first + last) / 2, last - first) : () => 0
}
