/** The SIZ marker segment of a JPEG 2000 codestream (ITU-T T.800 A.5.1), which HTJ2K shares. */
import { DicomError } from '../dicom-error.ts'

export interface Jpeg2000Size {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
  readonly signed: boolean
}

/** Finds the codestream, in a JP2 file too, and reads its size. */
export function readJpeg2000Size(bytes: Uint8Array): Jpeg2000Size {
  const start = findCodestream(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  if (view.byteLength < 47) throw invalidJpeg2000('a SIZ marker segment', start)
  const components = view.getUint16(40)
  if (components === 0 || view.byteLength < 42 + 3 * components) throw invalidJpeg2000('components', start + 40)
  const depth = view.getUint8(42)
  for (let index = 0; index < components; index++) {
    const [ssiz, xr, yr] = [0, 1, 2].map((field) => view.getUint8(42 + 3 * index + field))
    if (ssiz !== depth || xr !== 1 || yr !== 1) {
      throw new DicomError('unsupported', 'Expected JPEG 2000 components of one depth without subsampling.', {
        offset: start + 42,
      })
    }
  }
  return {
    width: view.getUint32(8) - view.getUint32(16),
    height: view.getUint32(12) - view.getUint32(20),
    components,
    precision: (depth & 0x7f) + 1,
    signed: depth > 0x7f,
  }
}

/** SOC and SIZ at the start, or behind the boxes of a JP2 file. */
function findCodestream(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length - 4, 4096)
  for (let at = 0; at <= limit; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51) return at
  }
  throw invalidJpeg2000('a start of codestream', 0)
}

export function invalidJpeg2000(expected: string, offset: number): DicomError {
  return new DicomError(
    'invalid-codestream',
    `Expected ${expected} at byte ${offset} of the JPEG 2000 codestream. The frame is damaged.`,
    { offset },
  )
}
