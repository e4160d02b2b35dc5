/**
 * Reads the elements of a data set one after the other, as dicom-parser finds them.
 *
 * The loop over the top level is our own, because dicom-parser takes the value representations OV, SV and UV (PS3.5
 * Table 7.1-1) for short ones and would lose its way at an Extended Offset Table.
 */
import dicomParser, { type DataSet, type Element } from 'dicom-parser'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'

/** How much of a source is read at first: most headers are smaller. */
export const firstSlice = 64 * 1024
export const undefinedLength = 0xffffffff
export const pixelDataTag = 'x7fe00010'
const itemTag = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0)
const longValueRepresentations = ['OV', 'SV', 'UV']

export class ElementReader {
  /** For the elements that the caller keeps. */
  readonly dataSet: DataSet
  readonly #stream: dicomParser.ByteStream
  readonly #explicit: boolean
  #left: number = limits.elements

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
    const parser = littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser
    this.#stream = new dicomParser.ByteStream(parser, bytes, position)
    this.#explicit = explicitVr
    this.dataSet = Object.assign(new dicomParser.DataSet(parser, bytes, {}), { warnings: this.#stream.warnings })
  }

  /** Where the next element begins, or the bytes end. */
  get position(): number {
    return this.#stream.position
  }

  /** Reads an element; of Pixel Data what lies before its value. */
  next(): Element {
    const offset = this.position
    const { warnings } = this.#stream
    const before = warnings.length
    const element = this.#read(offset)
    if (element.tag === pixelDataTag) return element
    this.#spend(element, 0)
    const lost = warnings.slice(before).find((warning) => warning.startsWith('eof encountered'))
    if (lost !== undefined) {
      const message = `Expected the end of a sequence but received the end of the data set: ${lost}. The file is truncated or damaged.`
      throw new DicomError('truncated', message, { offset })
    }
    return element
  }

  #read(offset: number): Element {
    const stream = this.#stream
    try {
      if (!this.#explicit) return dicomParser.readDicomElementImplicit(stream, pixelDataTag)
      const vr = String.fromCharCode(...stream.byteArray.subarray(offset + 4, offset + 6))
      if (!longValueRepresentations.includes(vr))
        return dicomParser.readDicomElementExplicit(stream, stream.warnings, pixelDataTag)
      const tag = dicomParser.readTag(stream)
      stream.seek(4)
      const length = stream.readUint32()
      const element: Element = { tag, vr, length, dataOffset: stream.position }
      stream.seek(length)
      return element
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `Expected a complete data element at byte ${offset} but received this error: ${reason}. The file is truncated or damaged.`
      throw new DicomError('truncated', message, { offset }, { cause })
    }
  }

  #spend(element: Element, depth: number): void {
    this.#left -= 1
    if (this.#left < 0 || depth > limits.sequenceDepth) {
      throw new DicomError(
        'limit',
        `Expected at most ${limits.elements} data elements, nested ${limits.sequenceDepth} deep, but received more. The file is not a plausible image.`,
        { offset: element.dataOffset },
      )
    }
    for (const item of element.items ?? this.#itemsOfUnknown(element)) {
      for (const inner of Object.values(item.dataSet?.elements ?? {})) this.#spend(inner, depth + 1)
    }
  }

  /** Who does not know a sequence may write it as UN, in implicit VR little endian (PS3.5 6.2.2); dicom-parser leaves it as it is. */
  #itemsOfUnknown(element: Element): readonly Element[] {
    const { byteArray } = this.#stream
    const begin = byteArray.subarray(element.dataOffset, element.dataOffset + 4)
    if (element.vr !== 'UN' || Buffer.compare(begin, itemTag) !== 0) return []
    const parser = dicomParser.littleEndianByteArrayParser
    const stream = new dicomParser.ByteStream(parser, byteArray, element.dataOffset)
    const sequence: Element = { ...element }
    try {
      dicomParser.readSequenceItemsImplicit(stream, sequence)
    } catch {
      // Then it is no sequence.
      return []
    }
    element.items = sequence.items!
    return element.items
  }
}
