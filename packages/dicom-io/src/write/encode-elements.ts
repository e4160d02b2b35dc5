/** Elements to bytes: tag, value representation, length, value of an even number of bytes (PS3.5 7.1). */
import { DicomError } from '../dicom-error.ts'
import { encodeBytes, encodeFrames } from './encode-bytes.ts'
import { encodeDecimals, encodeNumbers, encodeTags } from './encode-numbers.ts'
import { encodeTexts, type TextEncoding } from './encode-text.ts'
import type { WritableElement } from './writable-element.ts'

/** Value representations whose length has 32 bits (PS3.5 Table 7.1-1). */
const longForms: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '))
const undefinedLength = 0xffff_ffff
const largestShort = 0xfffe
const pixelDataTag = '7FE00010'

/** The bytes of a data set, in the order of the tags. */
export function encodeElements(
  elements: readonly WritableElement[],
  encoding: TextEncoding,
  compressed: boolean,
): Uint8Array {
  const sorted = [...elements].sort((a, b) => (a.tag.toUpperCase() < b.tag.toUpperCase() ? -1 : 1))
  sorted.forEach(({ tag }, index) => {
    if (!/^[0-9A-F]{8}$/i.test(tag)) throw invalid(tag, 'eight hexadecimal digits for tag')
    if (tag.toUpperCase() === sorted[index + 1]?.tag.toUpperCase()) throw invalid(tag, 'each tag once')
  })
  return concatenate(sorted.map((element) => encodeElement(element, encoding, compressed)))
}

function encodeElement(element: WritableElement, encoding: TextEncoding, compressed: boolean): Uint8Array {
  const { tag, vr } = element
  const value = encodeValue(element, encoding, compressed)
  const isLong = longForms.has(vr)
  if (value.length > (isLong ? undefinedLength - 1 : largestShort)) {
    throw invalid(tag, `at most ${isLong ? undefinedLength - 1 : largestShort} bytes for ${vr}`)
  }
  const isOpen = Array.isArray(element.value) && vr === 'OB'
  const start = new Uint8Array(isLong ? 12 : 8)
  const view = new DataView(start.buffer)
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true)
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), true)
  start.set([vr.charCodeAt(0), vr.charCodeAt(1)], 4)
  if (isLong) view.setUint32(8, isOpen ? undefinedLength : value.length, true)
  else view.setUint16(6, value.length, true)
  return concatenate([start, value])
}

function encodeValue(element: WritableElement, encoding: TextEncoding, compressed: boolean): Uint8Array {
  const fail = (expected: string): never => {
    throw invalid(element.tag, expected)
  }
  switch (element.vr) {
    case 'SQ':
      return concatenate(element.value.map((item) => encodeItem(item, encoding)))
    case 'OB':
    case 'OD':
    case 'OF':
    case 'OL':
    case 'OV':
    case 'OW':
    case 'UN': {
      const { value, vr, tag } = element
      if (ArrayBuffer.isView(value)) return encodeBytes(value)
      if (!compressed || vr !== 'OB' || tag.toUpperCase() !== pixelDataTag) {
        return fail('frames in Pixel Data alone, with the representation OB and the syntax that they are compressed in')
      }
      return encodeFrames(value)
    }
    case 'AT':
      return encodeTags([element.value].flat(), fail)
    case 'DS':
    case 'IS':
      return encodeDecimals([element.value].flat(), element.vr, fail)
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
    case 'FL':
    case 'FD':
    case 'SV':
    case 'UV':
      return encodeNumbers([element.value].flat(), element.vr, fail)
    default:
      return encodeTexts([element.value].flat(), element.vr, encoding, fail)
  }
}

function encodeItem(elements: readonly WritableElement[], encoding: TextEncoding): Uint8Array {
  const value = encodeElements(elements, encoding, false)
  const start = new Uint8Array(8)
  new DataView(start.buffer).setUint32(0, 0xe000_fffe, true)
  new DataView(start.buffer).setUint32(4, value.length, true)
  return concatenate([start, value])
}

function invalid(tag: string, expected: string): DicomError {
  const message = `Expected ${expected} in element (${tag}) but received another value. Change the element.`
  return new DicomError('invalid-argument', message, { tag })
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
