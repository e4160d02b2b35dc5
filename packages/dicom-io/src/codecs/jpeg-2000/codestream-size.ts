/** What SIZ and COD say of a JPEG 2000 codestream (ITU-T T.800 A.5.1, A.6.1), which HTJ2K shares. */
import { DicomError } from '../../dicom-error.ts'

export interface Jpeg2000Size {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
  readonly signed: boolean
  /** How many times the sides can be halved, 0 to 32. */
  readonly decompositions: number
  /** Whether the components are stored as YCbCr, which a decoder turns into RGB. */
  readonly componentTransform: boolean
}

const cod = 0xff52
const startOfTilePart = 0xff90

/** Finds the codestream, in a JP2 file too, and reads what it says of itself. */
export function readJpeg2000Size(bytes: Uint8Array): Jpeg2000Size {
  const start = findCodestream(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  if (view.byteLength < 47) throw invalidJpeg2000('a SIZ marker segment', start)
  const components = view.getUint16(40)
  if (components === 0 || view.byteLength < 42 + 3 * components) throw invalidJpeg2000('components', start + 40)
  const depth = view.getUint8(42)
  checkComponents(view, components, depth)
  const coding = findSegment(view, cod, 4 + view.getUint16(4))
  if (coding === undefined || coding + 10 > view.byteLength) throw invalidJpeg2000('a COD marker segment', start)
  const decompositions = view.getUint8(coding + 9)
  if (decompositions > 32) throw invalidJpeg2000('at most 32 decompositions', start + coding + 9)
  return {
    width: view.getUint32(8) - view.getUint32(16),
    height: view.getUint32(12) - view.getUint32(20),
    components,
    precision: (depth & 0x7f) + 1,
    signed: depth > 0x7f,
    decompositions,
    componentTransform: view.getUint8(coding + 8) === 1,
  }
}

/** What the size says of a decoded frame. */
export function declared({ components, precision, signed, componentTransform }: Jpeg2000Size) {
  return { components, precision, signed, isRgb: components === 3 && componentTransform }
}

/** @throws {DicomError} `invalid-argument` where the codestream has fewer resolutions. */
export function checkResolution(resolutionLevel: number, decompositions: number): void {
  if (resolutionLevel <= decompositions) return
  throw new DicomError(
    'invalid-argument',
    `Expected 0 to ${decompositions} for resolutionLevel but received ${resolutionLevel}. The codestream has no smaller image.`,
  )
}

function checkComponents(view: DataView, components: number, depth: number): void {
  for (let index = 0; index < components; index++) {
    const at = 42 + 3 * index
    if (view.getUint8(at) === depth && view.getUint8(at + 1) === 1 && view.getUint8(at + 2) === 1) continue
    throw new DicomError(
      'unsupported',
      'Expected JPEG 2000 components of one bit depth without subsampling but received others. Convert the file to another transfer syntax.',
      {
        offset: at,
      },
    )
  }
  if ((depth & 0x7f) + 1 > 16) {
    throw new DicomError(
      'unsupported',
      `Expected at most 16 bits per sample but received ${(depth & 0x7f) + 1}. Convert the file to another transfer syntax.`,
      {
        offset: 42,
      },
    )
  }
}

/** Offset of the main header's segment with this marker. */
function findSegment(view: DataView, marker: number, from: number): number | undefined {
  for (let at = from; at + 4 <= view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const found = view.getUint16(at)
    if (found === marker) return at
    if (found === startOfTilePart || found < 0xff00) return undefined
  }
  return undefined
}

/** SOC and SIZ at the start, or behind the boxes of a JP2 file. */
export function findCodestream(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length - 4, 4096)
  for (let at = 0; at <= limit; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51) return at
  }
  throw invalidJpeg2000('a start of codestream', 0)
}

export function invalidJpeg2000(expected: string, offset: number): DicomError {
  return new DicomError(
    'invalid-codestream',
    `Expected ${expected} at byte ${offset} of the JPEG 2000 codestream but received something else. The frame is damaged.`,
    { offset },
  )
}
