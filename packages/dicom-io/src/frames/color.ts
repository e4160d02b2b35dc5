/** Colors to RGB: YBR by its matrix, palettes by their tables (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5). */
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { checkEntries, lookUp } from '../header/lookup-table.ts'
import type { StoredFrame } from './stored-frame.ts'

/**
 * The frame in RGB where it is in color, the same frame where it is gray or already RGB.
 *
 * @param isRgb - whether the decoder has converted the colors; undefined where it knows of none
 */
export function toRgb(frame: StoredFrame, header: DicomHeader, isRgb: boolean | undefined): StoredFrame {
  const interpretation = header.photometricInterpretation
  checkChannels(frame, interpretation)
  switch (interpretation) {
    case 'MONOCHROME1':
    case 'MONOCHROME2':
    case 'RGB':
      return frame
    case 'PALETTE COLOR':
      return { ...frame, data: applyPalette(frame, header), channels: 3, bits: 8, signed: false }
    case 'YBR_FULL':
    case 'YBR_FULL_422':
      return isRgb ? frame : { ...frame, data: ybrToRgb(frame) }
    case 'YBR_RCT':
    case 'YBR_ICT':
    case 'XYB':
      // The transforms of JPEG 2000 and JPEG XL, which their decoders undo.
      if (isRgb !== undefined) return frame
  }
  throw new DicomError(
    'unsupported',
    `Expected MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB, YBR_FULL, YBR_FULL_422 or, for JPEG 2000 and JPEG XL, YBR_RCT, YBR_ICT or XYB for photometricInterpretation but received ${JSON.stringify(interpretation)}. Convert the image to one of these.`,
  )
}

function checkChannels({ channels }: StoredFrame, interpretation: string): void {
  const expected = /^(MONOCHROME|PALETTE)/.test(interpretation) ? 1 : 3
  if (channels === expected) return
  throw new DicomError(
    'invalid-header',
    `Expected ${expected} for samplesPerPixel with ${JSON.stringify(interpretation)} but received ${channels}. The header is damaged.`,
  )
}

function ybrToRgb({ data, bits }: StoredFrame): Uint8Array {
  if (!(data instanceof Uint8Array)) {
    throw new DicomError(
      'unsupported',
      `Expected 8 bits for YBR colors but received ${bits}. Convert the image to RGB.`,
    )
  }
  const rgb = new Uint8Array(data.length)
  for (let at = 0; at + 2 < data.length; at += 3) {
    const y = data[at]! + 0.5
    const cb = data[at + 1]! - 128
    const cr = data[at + 2]! - 128
    rgb[at] = clamp(y + 1.402 * cr)
    rgb[at + 1] = clamp(y - ((0.114 * 1.772) / 0.587) * cb - ((0.299 * 1.402) / 0.587) * cr)
    rgb[at + 2] = clamp(y + 1.772 * cb)
  }
  return rgb
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.floor(value)
}

function applyPalette({ data, resolutionLevel }: StoredFrame, { palette, elements }: DicomHeader): Uint8Array {
  if (palette === undefined) {
    if (elements.get('00281221') === undefined)
      throw new DicomError(
        'invalid-header',
        'Expected three palette tables for PALETTE COLOR but received fewer. The header is damaged.',
      )
    throw new DicomError(
      'unsupported',
      'Expected plain palette tables for PALETTE COLOR but received segmented ones. Convert the image to RGB.',
    )
  }
  if (resolutionLevel > 0) {
    throw new DicomError(
      'unsupported',
      `Expected 0 for resolutionLevel but received ${resolutionLevel}. Palette images have one resolution.`,
    )
  }
  const rgb = new Uint8Array(data.length * 3)
  palette.forEach((table, color) => {
    checkEntries(table, 'palette')
    const shift = table.bits - 8
    for (let at = 0; at < data.length; at++) rgb[at * 3 + color] = lookUp(table, data[at]!) >> shift
  })
  return rgb
}
