/**
 * A small writer of DICOM Part 10 files in explicit VR little endian.
 *
 * Reference: DICOM PS3.10 section 7 (file format), PS3.5 sections 6.2 (value representations), 7.1 (elements) and A.4
 * (encapsulated pixel data).
 */

type ElementValue = string | readonly string[] | number | readonly number[] | Uint8Array

export interface Element {
  /** Group and element number as one integer, (0028,0010) = 0x00280010. */
  readonly tag: number
  readonly vr: string
  readonly value: ElementValue
}

/** VRs with two reserved bytes and a 32-bit length. */
const longVrs = new Set(['OB', 'OW', 'UN', 'SQ', 'UT'])
const PIXEL_DATA = 0x7fe00010

/** Writes a whole file: preamble, meta group with its length, and the data set in the order of its tags. */
export function writePart10(meta: readonly Element[], dataSet: readonly Element[]): Uint8Array {
  const metaBytes = concatenate(meta.map(encodeElement))
  const groupLength = encodeElement({ tag: 0x00020000, vr: 'UL', value: metaBytes.length })
  const sorted = [...dataSet].sort((a, b) => a.tag - b.tag)
  const preamble = new Uint8Array(132)
  preamble.set(encodeAscii('DICM'), 128)
  return concatenate([preamble, groupLength, metaBytes, ...sorted.map(encodeElement)])
}

/** Pixel Data of one frame in native form. */
export function nativePixelData(samples: Uint16Array): Element {
  const bytes = new Uint8Array(samples.length * 2)
  for (let i = 0; i < samples.length; i++) {
    bytes[2 * i] = samples[i] & 0xff
    bytes[2 * i + 1] = samples[i] >> 8
  }
  return { tag: PIXEL_DATA, vr: 'OW', value: bytes }
}

/** Pixel Data of one compressed frame: an offset table with its one entry, one fragment, the delimiter. */
export function encapsulatedPixelData(frame: Uint8Array): Element {
  const even = frame.length + (frame.length % 2)
  const bytes = new Uint8Array(8 + 4 + 8 + even + 8)
  const view = new DataView(bytes.buffer)
  writeItemHeader(view, 0, 0xe000, 4)
  writeItemHeader(view, 12, 0xe000, even)
  bytes.set(frame, 20)
  writeItemHeader(view, 20 + even, 0xe0dd, 0)
  return { tag: PIXEL_DATA, vr: 'OB', value: bytes }
}

function writeItemHeader(view: DataView, offset: number, element: number, length: number): void {
  view.setUint16(offset, 0xfffe, true)
  view.setUint16(offset + 2, element, true)
  view.setUint32(offset + 4, length, true)
}

function encodeElement(element: Element): Uint8Array {
  const value = encodeValue(element)
  const long = longVrs.has(element.vr)
  const bytes = new Uint8Array((long ? 12 : 8) + value.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, element.tag >>> 16, true)
  view.setUint16(2, element.tag & 0xffff, true)
  bytes.set(encodeAscii(element.vr), 4)
  const undefinedLength = element.tag === PIXEL_DATA && element.vr === 'OB'
  if (long) view.setUint32(8, undefinedLength ? 0xffffffff : value.length, true)
  else view.setUint16(6, value.length, true)
  bytes.set(value, long ? 12 : 8)
  return bytes
}

function encodeValue({ vr, value }: Element): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (vr === 'US' || vr === 'UL') {
    const size = vr === 'US' ? 2 : 4
    const numbers = [value].flat() as number[]
    const bytes = new Uint8Array(numbers.length * size)
    const view = new DataView(bytes.buffer)
    numbers.forEach((number, i) => {
      if (size === 2) view.setUint16(2 * i, number, true)
      else view.setUint32(4 * i, number, true)
    })
    return bytes
  }
  const text = [value].flat().join('\\')
  const padding = vr === 'UI' ? '\0' : ' '
  return encodeAscii(text.length % 2 ? text + padding : text)
}

function encodeAscii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
