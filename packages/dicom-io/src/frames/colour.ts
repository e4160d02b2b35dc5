/** Colours to RGB: YBR by its matrix, palettes by their tables (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5). */
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { lookUp } from '../presentation/modality.ts'
import type { StoredFrame } from './stored-frame.ts'

/** The frame in RGB where it is in colour, the same frame where it is grey or already RGB. */
export function toRgb(frame: StoredFrame, header: DicomHeader, isRgb: boolean): StoredFrame {
  const interpretation = header.photometricInterpretation
  switch (interpretation) {
    case 'MONOCHROME1':
    case 'MONOCHROME2':
      return frame
    case 'PALETTE COLOR':
      return { ...frame, data: applyPalette(frame, header), channels: 3, bits: 8, signed: false }
    case 'RGB':
    case 'YBR_RCT':
    case 'YBR_ICT':
      return frame
    case 'YBR_FULL':
    case 'YBR_FULL_422':
      return isRgb ? frame : { ...frame, data: ybrToRgb(frame) }
    default:
      throw new DicomError(
        'unsupported',
        `Expected MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB or a YBR of full range for photometricInterpretation but received ${JSON.stringify(interpretation)}.`,
      )
  }
}

function ybrToRgb({ data, bits }: StoredFrame): Uint8Array {
  if (!(data instanceof Uint8Array)) {
    throw new DicomError('unsupported', `Expected 8 bits for YBR colours but received ${bits}.`)
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

function applyPalette({ data }: StoredFrame, { palette }: DicomHeader): Uint8Array {
  if (palette === undefined) {
    throw new DicomError(
      'invalid-header',
      'Expected red, green and blue palette tables for PALETTE COLOR but found fewer.',
    )
  }
  const rgb = new Uint8Array(data.length * 3)
  palette.forEach((table, colour) => {
    const shift = table.bits - 8
    for (let at = 0; at < data.length; at++) rgb[at * 3 + colour] = lookUp(table, data[at]!) >> shift
  })
  return rgb
}
