/** Writes small DICOM files for tests: elements by tag, in any of the four encodings, native or encapsulated pixels. */
import * as zlib from 'node:zlib'

/** Value of an element: text, numbers (as the value representation says), bytes, or the items of a sequence. */
type ElementValue = string | readonly number[] | Uint8Array | readonly Elements[]
/** `{ '00280010 US': [4] }`; `US-` is an element that lacks its value representation, `SQ-` one whose items lack theirs too. */
export type Elements = Readonly<Record<string, ElementValue>>

export interface DicomFileOptions {
  readonly transferSyntaxUid?: string
  /** Native pixels, or the fragments of encapsulated ones. */
  readonly pixelData?: Uint8Array | readonly Uint8Array[]
  /** Basic Offset Table, bytes from the first fragment's item. */
  readonly offsetTable?: readonly number[]
  /** Elements after Pixel Data. */
  readonly trailingElements?: Elements
  readonly preamble?: boolean
  readonly meta?: boolean
  readonly pixelDataVr?: 'OB' | 'OW'
  /** Writes sequences and items with undefined length. */
  readonly undefinedLengths?: boolean
}

interface Encoding {
  readonly explicit: boolean
  readonly little: boolean
  readonly undefinedLengths: boolean
}

/** Elements that make a 16-bit gray image of `rows` x `columns`. */
export function imageElements(rows: number, columns: number, more: Elements = {}): Elements {
  return {
    '00080016 UI': '1.2.840.10008.5.1.4.1.1.1.2',
    '00080018 UI': '1.2.3.4.5',
    '00280002 US': [1],
    '00280004 CS': 'MONOCHROME2',
    '00280010 US': [rows],
    '00280011 US': [columns],
    '00280100 US': [16],
    '00280101 US': [16],
    '00280102 US': [15],
    '00280103 US': [0],
    ...more,
  }
}

export function buildDicom(elements: Elements, options: DicomFileOptions = {}): Uint8Array {
  const uid = options.transferSyntaxUid ?? '1.2.840.10008.1.2.1'
  const encoding: Encoding = {
    explicit: uid !== '1.2.840.10008.1.2',
    little: uid !== '1.2.840.10008.1.2.2',
    undefinedLengths: options.undefinedLengths ?? false,
  }
  const explicitLittle: Encoding = { explicit: true, little: true, undefinedLengths: false }
  const behind = dataSet(options.trailingElements ?? {}, encoding)
  let body = concat([dataSet(elements, encoding), pixelElement(options, encoding), behind])
  if (uid === '1.2.840.10008.1.2.1.99') body = new Uint8Array(zlib.deflateRawSync(body))
  return concat([
    (options.preamble ?? true) ? concat([new Uint8Array(128), latin1('DICM')]) : new Uint8Array(0),
    (options.meta ?? true) ? dataSet({ '00020010 UI': uid }, explicitLittle) : new Uint8Array(0),
    body,
  ])
}

/** Bytes of 16-bit samples in the byte order of a transfer syntax. */
export function samplesToBytes(samples: Iterable<number>, little = true): Uint8Array {
  const words = Uint16Array.from(samples, (value) => value & 0xffff)
  const bytes = Buffer.from(words.buffer)
  return new Uint8Array(little ? bytes : bytes.swap16())
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

function pixelElement(options: DicomFileOptions, encoding: Encoding): Uint8Array {
  const { pixelData } = options
  if (pixelData === undefined) return new Uint8Array(0)
  const vr = options.pixelDataVr ?? (pixelData instanceof Uint8Array ? 'OW' : 'OB')
  if (pixelData instanceof Uint8Array) return element('7FE00010', vr, pixelData, encoding)
  const table = new Uint8Array(Uint32Array.from(options.offsetTable ?? []).buffer)
  const items = [table, ...pixelData].map((part) => concat([tagAndLength('FFFEE000', even(part).length), even(part)]))
  return concat([header('7FE00010', 'OB', 0xffffffff, encoding), ...items, tagAndLength('FFFEE0DD', 0)])
}

function tagAndLength(tag: string, length: number, little = true): Uint8Array {
  return header(tag, '', length, { explicit: false, little, undefinedLengths: false })
}

function dataSet(elements: Elements, encoding: Encoding): Uint8Array {
  const keys = Object.keys(elements).sort()
  return concat(keys.map((key) => element(key.slice(0, 8), key.slice(9), elements[key]!, encoding)))
}

function element(tag: string, vr: string, value: ElementValue, encoding: Encoding): Uint8Array {
  if (vr.endsWith('-')) return element(tag, vr.slice(0, -1), value, { ...encoding, explicit: false })
  if (vr !== 'SQ') {
    const bytes = even(valueBytes(vr, value, encoding.little), vr)
    return concat([header(tag, vr, bytes.length, encoding), bytes])
  }
  const open = encoding.undefinedLengths
  const items = (value as readonly Elements[]).map((item) => {
    const body = dataSet(item, encoding)
    const begin = tagAndLength('FFFEE000', open ? 0xffffffff : body.length, encoding.little)
    return concat([begin, body, open ? tagAndLength('FFFEE00D', 0, encoding.little) : new Uint8Array(0)])
  })
  const body = concat([...items, open ? tagAndLength('FFFEE0DD', 0, encoding.little) : new Uint8Array(0)])
  return concat([header(tag, vr, open ? 0xffffffff : body.length, encoding), body])
}

const longForms = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']

function header(tag: string, vr: string, length: number, { explicit, little }: Encoding): Uint8Array {
  const long = longForms.includes(vr)
  const bytes = new Uint8Array(explicit && long ? 12 : 8)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), little)
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), little)
  if (explicit) bytes.set(latin1(vr), 4)
  if (explicit && !long) view.setUint16(6, length, little)
  else view.setUint32(bytes.length - 4, length, little)
  return bytes
}

function valueBytes(vr: string, value: ElementValue, little: boolean): Uint8Array {
  if (typeof value === 'string') return latin1(value)
  if (value instanceof Uint8Array) return value
  const numbers = value as readonly number[]
  const size = ({ US: 2, SS: 2, OW: 2, UL: 4, SL: 4, FL: 4, FD: 8 } as Record<string, number>)[vr]!
  const view = new DataView(new ArrayBuffer(numbers.length * size))
  numbers.forEach((number, index) => {
    if (vr === 'FD') view.setFloat64(index * 8, number, little)
    else if (vr === 'FL') view.setFloat32(index * 4, number, little)
    else if (size === 4) view.setUint32(index * 4, number >>> 0, little)
    else view.setUint16(index * 2, number & 0xffff, little)
  })
  return new Uint8Array(view.buffer)
}

function even(bytes: Uint8Array, vr = 'OB'): Uint8Array {
  if (bytes.length % 2 === 0) return bytes
  const padding = ['OB', 'OW', 'UI', 'UN'].includes(vr) ? 0 : 0x20
  return concat([bytes, new Uint8Array([padding])])
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}
