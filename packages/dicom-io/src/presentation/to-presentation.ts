/** The image as a display would show it: modality LUT, VOI LUT, polarity, as one table over the stored values (PS3.4 N.2). */
import { DicomError } from '../dicom-error.ts'
import type { StoredFrame } from '../frames/stored-frame.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { modalityFunction } from './modality.ts'
import { type PaddingRange, paddingRange } from './padding.ts'
import { voiFunction, windowFunction } from './voi.ts'

export interface PresentationOptions {
  /** Bits of a gray level: 16 gives 0 black to 65,535 white, 8 gives 0 to 255. @default 16 */
  readonly bits?: 8 | 16
  /** Which of several windows or VOI LUTs, by index or by its explanation. @default 0 */
  readonly window?: number | string
}

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
  const data = bits === 8 ? new Uint8Array(frame.data.length) : new Uint16Array(frame.data.length)
  if (frame.data.BYTES_PER_ELEMENT === 4) {
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

/** One entry for each value of the sample type, so that values above Bits Stored need no test. */
function applyTable(frame: StoredFrame, shade: (stored: number) => number, data: Uint8Array | Uint16Array): void {
  const size = 2 ** (8 * frame.data.BYTES_PER_ELEMENT)
  const table = data instanceof Uint8Array ? new Uint8Array(size) : new Uint16Array(size)
  for (let index = 0; index < size; index++) {
    table[index] = shade(frame.signed && index >= size / 2 ? index - size : index)
  }
  const mask = size - 1
  for (let at = 0; at < data.length; at++) data[at] = table[frame.data[at]! & mask]!
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
