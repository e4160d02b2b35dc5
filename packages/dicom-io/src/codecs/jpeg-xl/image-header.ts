/**
 * What a JPEG XL codestream says about itself, before a decoder allocates: ISO/IEC 18181-1 Annex D (SizeHeader, ImageMetadata), and
 * 18181-2 clause 9 for the boxes that may be around it.
 */
import { DicomError } from '../../dicom-error.ts'
import { HeaderBits } from './header-bits.ts'

export interface JpegXlHeader {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
  /** Whether the samples are stored as XYB, or are those of a JPEG codestream, which may be YCbCr. */
  readonly isTransformed: boolean
}

/** What the codestream says, wherever it lies. */
type Metadata = Pick<JpegXlHeader, 'components' | 'precision'> & { readonly isXyb: boolean }

/** Width to height by the ratio's number (Table D.2); 0 stands for a width of its own. */
const ratios: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
]
const gray = 1

/** @throws {DicomError} `invalid-codestream`, or `unsupported` for what is no single still image of integers. */
export function readJpegXlHeader(bytes: Uint8Array): JpegXlHeader {
  const { codestream, isJpeg } = findCodestream(bytes)
  const bits = new HeaderBits(codestream)
  if (bits.read(16) !== 0x0aff) throw invalidJpegXl('a start of codestream')
  const { width, height } = readSize(bits)
  // By default 8 bits of sRGB, stored as XYB.
  const isDefault = bits.bool()
  const { components, precision, isXyb } = isDefault ? { precision: 8, components: 3, isXyb: true } : readMetadata(bits)
  if (bits.isOver) throw invalidJpegXl('a whole header')
  return { width, height, components, precision, isTransformed: isXyb || isJpeg }
}

function readSize(bits: HeaderBits): { readonly width: number; readonly height: number } {
  const isSmall = bits.bool()
  const side = () => 1 + (isSmall ? bits.read(5) * 8 + 7 : bits.choose([9, 0], [13, 0], [18, 0], [30, 0]))
  const height = side()
  const [across, down] = ratios[bits.read(3)]!
  const width = across === 0 ? side() : Math.floor((height * across) / down)
  return { width, height }
}

function readMetadata(bits: HeaderBits): Metadata {
  if (bits.bool()) checkExtraFields(bits)
  if (bits.bool()) throw unsupported('integer samples', 'floating-point ones')
  const precision = bits.choose([0, 8], [0, 10], [0, 12], [6, 1])
  if (precision > 16) throw unsupported('at most 16 bits per sample', `${precision}`)
  // Whether 16 bits are enough for what comes between.
  bits.bool()
  const extra = bits.choose([0, 0], [0, 1], [4, 2], [12, 1])
  if (extra > 0) throw unsupported('no extra channel', `${extra}`)
  const isXyb = bits.bool()
  const isSrgb = bits.bool()
  if (isSrgb) return { precision, components: 3, isXyb }
  // An ICC profile does not change how many components there are.
  bits.bool()
  return { precision, components: bits.choose([0, 0], [0, 1], [4, 2], [6, 18]) === gray ? 1 : 3, isXyb }
}

/** Orientation, intrinsic size, preview, animation: all but the size would give other pixels than the frame's. */
function checkExtraFields(bits: HeaderBits): void {
  const orientation = 1 + bits.read(3)
  if (orientation !== 1) throw unsupported('orientation 1', `${orientation}`)
  if (bits.bool()) readSize(bits)
  if (bits.bool()) throw unsupported('no preview', 'one')
  if (bits.bool()) throw unsupported('one still image', 'an animation')
}

/**
 * The beginning of the codestream: bare, in a box of its own, or in the first of several (`jxlp`, behind a number of four bytes); a box
 * with what a JPEG codestream needs to be restored (`jbrd`) comes before.
 */
function findCodestream(bytes: Uint8Array): { readonly codestream: Uint8Array; readonly isJpeg: boolean } {
  if (bytes[0] === 0xff) return { codestream: bytes, isJpeg: false }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let isJpeg = false
  for (let at = 0; at + 16 <= bytes.length; ) {
    const size = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (at === 0 && type !== 'JXL ') break
    const start = at + (size === 1 ? 16 : 8)
    if (type === 'jxlc') return { codestream: bytes.subarray(start), isJpeg }
    if (type === 'jxlp') return { codestream: bytes.subarray(start + 4), isJpeg }
    if (type === 'jbrd') isJpeg = true
    // 1: the size is in the next eight bytes; 0: the box ends with the frame.
    const end = at + (size === 1 ? Number(view.getBigUint64(at + 8)) : size)
    if (end < start) break
    at = end
  }
  throw invalidJpegXl('a codestream')
}

function unsupported(expected: string, received: string): DicomError {
  return new DicomError(
    'unsupported',
    `Expected ${expected} in the JPEG XL codestream but received ${received}. Convert the file to another transfer syntax.`,
  )
}

function invalidJpegXl(expected: string): DicomError {
  return new DicomError(
    'invalid-codestream',
    `Expected ${expected} in the JPEG XL frame but received something else. The frame is damaged.`,
  )
}
