/**
 * Reads the elements of a data set one after the other, and those of its sequences (PS3.5 chapter 7).
 *
 * Elements and data sets are dicom-parser's, the way through the bytes is our own: dicom-parser takes OV, SV and UV for short value
 * representations, loses its way at an element without one in an explicit file, as some writers leave them within sequences, and
 * follows nested sequences until the stack overflows.
 */
import dicomParser, { type ByteArrayParser, type DataSet, type Element } from 'dicom-parser'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { delimiterAfter } from './undefined-length.ts'

/** How much of a source is read at first: most headers are smaller. */
export const firstSlice = 64 * 1024
export const undefinedLength = 0xffffffff
export const pixelDataTag = 'x7fe00010'
/** Pixels that are no integers (PS3.3 C.7.6.24, C.7.6.25). */
export const floatPixels: ReadonlyMap<string, string> = new Map([
  ['x7fe00008', 'Float Pixel Data'],
  ['x7fe00009', 'Double Float Pixel Data'],
])

const itemTag = 'xfffee000'
const itemDelimiter = 'xfffee00d'
const sequenceDelimiter = 'xfffee0dd'
const prefixBytes = 8

/** Value representations whose length has 32 bits (PS3.5 Table 7.1-1). */
const longForms: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '))

interface Encoding {
  readonly explicit: boolean
  readonly numbers: ByteArrayParser
}

const implicitLittleEndian: Encoding = { explicit: false, numbers: dicomParser.littleEndianByteArrayParser }

export class ElementReader {
  /** For the elements that the caller keeps. */
  readonly dataSet: DataSet
  /** Where the next element begins, or the bytes end. */
  position: number
  readonly #bytes: Uint8Array
  readonly #encoding: Encoding
  #left: number = limits.elements
  #itemsLeft: number = limits.elements

  /** @throws {DicomError} `truncated` where the bytes end before, which an empty file does. */
  constructor(
    bytes: Uint8Array,
    position: number,
    { explicitVr, littleEndian }: Pick<TransferSyntax, 'explicitVr' | 'littleEndian'>,
  ) {
    if (position >= bytes.length) {
      const message = `Expected a DICOM file but received ${bytes.length} bytes, which end before its data set. Copy the file again.`
      throw new DicomError('truncated', message, { offset: position })
    }
    const numbers = littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser
    this.position = position
    this.#bytes = bytes
    this.#encoding = { explicit: explicitVr, numbers }
    this.dataSet = this.#newDataSet(this.#encoding)
  }

  /**
   * Reads an element; of pixels what lies before their value.
   *
   * @throws {DicomError} `truncated` where the bytes end before the element does, `limit` for more or deeper elements than the caps
   */
  next(): Element {
    const element = this.#start(this.#encoding, this.#bytes.length)
    if (element.tag !== pixelDataTag && !floatPixels.has(element.tag))
      this.#finish(element, this.#encoding, this.#bytes.length, 0)
    return element
  }

  #newDataSet({ numbers }: Encoding): DataSet {
    return new dicomParser.DataSet(numbers, this.#bytes, {})
  }

  /** Tag, value representation and length. An element without a representation is one of implicit VR, whatever the file is. */
  #start({ explicit, numbers }: Encoding, end: number): Element {
    const offset = this.position
    const bytes = this.#bytes
    if (offset + prefixBytes > end) throw endsBefore(offset, 'a complete data element')
    const group = numbers.readUint16(bytes, offset)
    const tag = `x${hex(group)}${hex(numbers.readUint16(bytes, offset + 2))}`
    this.position = offset + prefixBytes
    const hasVr = explicit && group !== 0xfffe && isCapital(bytes[offset + 4]!) && isCapital(bytes[offset + 5]!)
    if (!hasVr) return { tag, length: numbers.readUint32(bytes, offset + 4), dataOffset: this.position }
    const vr = String.fromCharCode(bytes[offset + 4]!, bytes[offset + 5]!)
    if (!longForms.has(vr)) return { tag, vr, length: numbers.readUint16(bytes, offset + 6), dataOffset: this.position }
    if (offset + prefixBytes + 4 > end) throw endsBefore(offset, 'a complete data element')
    this.position += 4
    return { tag, vr, length: numbers.readUint32(bytes, offset + 8), dataOffset: this.position }
  }

  /** Steps over the value, into the items of a sequence. */
  #finish(element: Element, encoding: Encoding, end: number, depth: number): void {
    this.#spend(element, depth)
    const { tag, vr, length, dataOffset } = element
    const isOpen = length === undefinedLength
    if (tag.startsWith('xfffe')) return
    // What is there of a value that the file cuts off may still tell who the patient is.
    const mayBeCutOff = depth === 0
    if (!isOpen && dataOffset + length > end && !mayBeCutOff) throw endsBefore(dataOffset, `a value of ${length} bytes`)
    if (isOpen) element.hadUndefinedLength = true
    const begin = this.#tagAt(dataOffset, encoding, end)
    const beginsItems = begin === itemTag || begin === sequenceDelimiter
    const isPrivate = Number.parseInt(tag.slice(4, 5), 16) % 2 === 1
    if (vr === 'SQ' || (vr === undefined && beginsItems && (isOpen || !isPrivate))) {
      this.#items(element, encoding, end, depth)
      // What a private sequence in implicit VR is nobody says: its bytes are kept.
      if (vr === undefined && isPrivate) delete element.items
    } else if (vr === 'UN' && this.#tagAt(dataOffset, implicitLittleEndian, end) === itemTag) {
      this.#itemsOfUnknown(element, end, depth)
    } else if (isOpen) {
      element.length = delimiterAfter(this.#bytes, dataOffset, encoding.numbers, end) - dataOffset
      this.position = dataOffset + element.length + prefixBytes
    } else this.position = dataOffset + length
  }

  /** Who does not know a sequence may write it as UN, in implicit VR little endian (PS3.5 6.2.2); of a known length it may be none. */
  #itemsOfUnknown(element: Element, end: number, depth: number): void {
    const { length, dataOffset } = element
    try {
      const vr = this.#bytes.subarray(dataOffset + 12, dataOffset + 14)
      const isExplicit = vr.length === 2 && isCapital(vr[0]!) && isCapital(vr[1]!)
      this.#items(element, { ...implicitLittleEndian, explicit: isExplicit }, end, depth)
    } catch (error) {
      if (length === undefinedLength || (error instanceof DicomError && error.code === 'limit')) throw error
      delete element.items
      this.position = dataOffset + length
    }
  }

  #items(element: Element, encoding: Encoding, end: number, depth: number): void {
    const items: Element[] = []
    element.items = items
    const isOpen = element.length === undefinedLength
    const last = isOpen ? end : element.dataOffset + element.length
    if (last > end) throw endsBefore(element.dataOffset, `a sequence of ${element.length} bytes`)
    while (isOpen || this.position < last) {
      const item = this.#start(encoding, last)
      if (item.tag === sequenceDelimiter) {
        // Some writers close a sequence of known length too.
        if (isOpen) element.length = this.position - prefixBytes - element.dataOffset
        else this.position = last
        return
      }
      if (item.tag !== itemTag) throw endsBefore(this.position - prefixBytes, 'an item of a sequence')
      this.#item(item, encoding, last, depth)
      items.push(item)
    }
  }

  #item(item: Element, encoding: Encoding, end: number, depth: number): void {
    this.#itemsLeft -= 1
    if (this.#itemsLeft < 0) throw tooMany(item.dataOffset)
    const isOpen = item.length === undefinedLength
    const last = isOpen ? end : item.dataOffset + item.length
    if (last > end) throw endsBefore(item.dataOffset, `an item of ${item.length} bytes`)
    const dataSet = this.#newDataSet(encoding)
    item.dataSet = dataSet
    while (isOpen || this.position < last) {
      const element = this.#start(encoding, last)
      if (isOpen && element.tag === itemDelimiter) break
      if (isOpen && element.tag === sequenceDelimiter) {
        // The item ends with its sequence.
        this.position -= prefixBytes
        break
      }
      this.#finish(element, encoding, last, depth + 1)
      keepElement(dataSet, element)
    }
    if (isOpen) item.length = this.position - item.dataOffset
  }

  #tagAt(offset: number, { numbers }: Encoding, end: number): string | undefined {
    if (offset + 4 > end) return undefined
    return `x${hex(numbers.readUint16(this.#bytes, offset))}${hex(numbers.readUint16(this.#bytes, offset + 2))}`
  }

  #spend({ dataOffset }: Element, depth: number): void {
    this.#left -= 1
    if (this.#left < 0 || depth > limits.sequenceDepth) throw tooMany(dataOffset)
  }
}

/**
 * Adds an element to its data set. Of several with one tag the last counts, as in pydicom, but an empty one hides none.
 *
 * @returns the element that does not count
 */
export function keepElement({ elements }: DataSet, element: Element): Element | undefined {
  const before = elements[element.tag]
  const isHidden = before !== undefined && element.length === 0 && before.length > 0
  if (!isHidden) elements[element.tag] = element
  return isHidden ? element : before
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0')
}

/** Whether a byte is one of a value representation. */
export function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

function endsBefore(offset: number, what: string): DicomError {
  const message = `Expected ${what} at byte ${offset} but received the end of what holds it, or another tag. The file is truncated or damaged.`
  return new DicomError('truncated', message, { offset })
}

function tooMany(offset: number): DicomError {
  const message = `Expected at most ${limits.elements} data elements and as many items, nested ${limits.sequenceDepth} deep, but received more. The file is not a plausible image.`
  return new DicomError('limit', message, { offset })
}
