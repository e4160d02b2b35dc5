/** What Part 2 of JPEG 2000 adds to a codestream (ITU-T T.801 Annex A), and no decoder here applies. */
import { DicomError } from '../dicom-error.ts'
import { findCodestream } from './jpeg-2000/codestream-size.ts'

const extensions: ReadonlyMap<number, string> = new Map([
  [0xff70, 'DCO, variable DC offset'],
  [0xff71, 'VMS, visual masking'],
  [0xff72, 'DFS, downsampling factors'],
  [0xff73, 'ADS, arbitrary decomposition'],
  [0xff74, 'MCT, multiple component transformation'],
  [0xff75, 'MCC, multiple component transform collection'],
  [0xff76, 'NLT, non-linearity point transformation'],
  [0xff77, 'MCO, multiple component transform ordering'],
  [0xff79, 'ATK, arbitrary transformation kernels'],
])
const startOfTilePart = 0xff90

/** @throws {DicomError} `unsupported` where the main header has a segment that changes what is decoded. */
export function checkExtensions(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = findCodestream(bytes) + 2; at + 4 <= bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at)
    if (marker === startOfTilePart || marker < 0xff00) return
    const name = extensions.get(marker)
    if (name === undefined) continue
    throw new DicomError(
      'unsupported',
      `Expected a codestream that Part 1 of JPEG 2000 can decode but received an extension of Part 2 (${name}). Convert the file to another transfer syntax.`,
      { offset: at },
    )
  }
}
