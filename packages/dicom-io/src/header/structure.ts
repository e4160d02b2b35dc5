/**
 * The structure of a data set: where each element lies, as dicom-parser reads it.
 *
 * The loop over the top level is our own, because dicom-parser takes the value representations OV, SV and UV (PS3.5
 * Table 7.1-1) for short ones and would lose its way at an Extended Offset Table.
 */
import dicomParser, { type DataSet, type Element } from 'dicom-parser'
import type { ByteSource } from '../byte-source.ts'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import { type TransferSyntax, transferSyntaxOf } from '../transfer-syntax.ts'
import { inflate } from './inflate.ts'

/** Where the value of Pixel Data (7FE0,0010) lies. */
export interface PixelDataPlace {
  readonly source: ByteSource
  readonly offset: number
  /** Bytes; undefined where the length is undefined, that is where the pixels are encapsulated. */
  readonly length: number | undefined
  /** Whether single bytes lie swapped in 16-bit words: big endian with the value representation OW. */
  readonly swappedBytes: boolean
}

export interface DataSetStructure {
  readonly transferSyntax: TransferSyntax
  /** Group 0002, always explicit little endian. */
  readonly meta: DataSet
  readonly dataSet: DataSet
  readonly pixelData: PixelDataPlace | undefined
}

const firstSlice = 64 * 1024
const undefinedLength = 0xffffffff

export async function readStructure(file: ByteSource): Promise<DataSetStructure> {
  const { meta, transferSyntax, position } = readMeta(await file.read(0, firstSlice))
  const body = transferSyntax.deflated
    ? await readBody(await inflate(file, position), 0, transferSyntax)
    : await readBody(file, position, transferSyntax)
  return { meta, transferSyntax, ...body }
}

/** Reads growing slices of the source until one holds everything before Pixel Data. */
async function readBody(source: ByteSource, position: number, transferSyntax: TransferSyntax): Promise<Body> {
  for (let wanted = firstSlice; ; wanted *= 8) {
    const bytes = await source.read(0, Math.min(wanted, limits.headerBytes))
    const whole = bytes.length >= source.size
    try {
      const body = readDataSet(bytes, position, transferSyntax, source)
      if (body.pixelData !== undefined || whole) return body
    } catch (error) {
      if (whole) throw error
    }
    if (bytes.length >= limits.headerBytes) {
      throw new DicomError(
        'limit',
        `Expected Pixel Data within the first ${limits.headerBytes} bytes but found none. Check that the file is an image.`,
        { offset: limits.headerBytes },
      )
    }
  }
}

interface Start {
  readonly meta: DataSet
  readonly transferSyntax: TransferSyntax
  /** Offset of the first element after group 0002. */
  readonly position: number
}

type Body = Pick<DataSetStructure, 'dataSet' | 'pixelData'>

/** Reads group 0002, or guesses the transfer syntax of a data set that has none (files from before Part 10). */
function readMeta(bytes: Uint8Array): Start {
  const hasPreamble = bytes.length >= 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM'
  const stream = openStream(dicomParser.littleEndianByteArrayParser, bytes, hasPreamble ? 132 : 0)
  const elements: Record<string, Element> = {}
  while (stream.position + 8 <= bytes.length && bytes[stream.position] === 2 && bytes[stream.position + 1] === 0) {
    const element = readElement(stream, true, [])
    elements[element.tag] = element
  }
  const meta = new dicomParser.DataSet(stream.byteArrayParser, bytes, elements)
  const uid = meta.string('x00020010')
  const transferSyntax = uid
    ? asWritten(transferSyntaxOf(uid), bytes, stream.position)
    : guessTransferSyntax(bytes, stream.position)
  return { meta, transferSyntax, position: stream.position }
}

/** @throws DicomError `truncated` where the bytes end before, which an empty file does. */
function openStream(parser: dicomParser.ByteArrayParser, bytes: Uint8Array, position: number): dicomParser.ByteStream {
  if (position < bytes.length) return new dicomParser.ByteStream(parser, bytes, position)
  const message = `Expected a DICOM file but received ${bytes.length} bytes, which end before its data set. Copy the file again.`
  throw new DicomError('truncated', message, { offset: position })
}

/** Some writers leave a data set in implicit VR when they change its transfer syntax, or the reverse: the bytes tell. */
function asWritten(declared: TransferSyntax, bytes: Uint8Array, position: number): TransferSyntax {
  if (declared.deflated || bytes.length < position + 6) return declared
  return { ...declared, explicitVr: isCapital(bytes[position + 4]) && isCapital(bytes[position + 5]) }
}

/** A data set begins with group 0008 in all but rare files; its first value representation is two capitals, or a length. */
function guessTransferSyntax(bytes: Uint8Array, position: number): TransferSyntax {
  const [low, high, , , first, second] = bytes.subarray(position, position + 6)
  const explicit = isCapital(first) && isCapital(second)
  if (high === 0 && low !== undefined && low >= 4 && low <= 0x28) {
    return transferSyntaxOf(explicit ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2')
  }
  if (low === 0 && high !== undefined && high >= 4 && high <= 0x28 && explicit) {
    return transferSyntaxOf('1.2.840.10008.1.2.2')
  }
  throw new DicomError('not-dicom', 'Expected a DICOM file but found neither its prefix "DICM" nor a data set.', {
    offset: position,
  })
}

function isCapital(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a
}

/** `bytes`: the beginning of `source`. */
function readDataSet(bytes: Uint8Array, position: number, transferSyntax: TransferSyntax, source: ByteSource): Body {
  const parser = transferSyntax.littleEndian
    ? dicomParser.littleEndianByteArrayParser
    : dicomParser.bigEndianByteArrayParser
  const stream = openStream(parser, bytes, position)
  const elements: Record<string, Element> = {}
  const warnings = stream.warnings
  const dataSet = Object.assign(new dicomParser.DataSet(parser, bytes, elements), { warnings })
  const budget = { left: limits.elements }
  let pixelData: Body['pixelData']
  while (stream.position < bytes.length) {
    const element = readElement(stream, transferSyntax.explicitVr, warnings)
    if (element.tag === pixelDataTag) {
      const length = element.length === undefinedLength ? undefined : element.length
      const swappedBytes = !transferSyntax.littleEndian && element.vr === 'OW'
      pixelData = { source, offset: element.dataOffset, length, swappedBytes }
      break
    }
    spend(element, budget, 0)
    elements[element.tag] = element
  }
  const lost = warnings.find((warning) => warning.startsWith('eof encountered'))
  if (lost === undefined) return { dataSet, pixelData }
  throw new DicomError('truncated', `Expected the end of a sequence but the data set ends: ${lost}.`)
}

const pixelDataTag = 'x7fe00010'
const longValueRepresentations = ['OV', 'SV', 'UV']

function readElement(stream: dicomParser.ByteStream, explicit: boolean, warnings: string[]): Element {
  const offset = stream.position
  try {
    if (!explicit) return dicomParser.readDicomElementImplicit(stream, pixelDataTag)
    const vr = String.fromCharCode(...stream.byteArray.subarray(offset + 4, offset + 6))
    if (!longValueRepresentations.includes(vr))
      return dicomParser.readDicomElementExplicit(stream, warnings, pixelDataTag)
    const tag = dicomParser.readTag(stream)
    stream.seek(4)
    const length = stream.readUint32()
    const element: Element = { tag, vr, length, dataOffset: stream.position }
    stream.seek(length)
    return element
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DicomError(
      'truncated',
      `Expected a whole data element at byte ${offset} but reading it failed: ${reason}.`,
      {
        offset,
        cause,
      },
    )
  }
}

function spend(element: Element, budget: { left: number }, depth: number): void {
  budget.left -= 1
  if (budget.left < 0 || depth > limits.sequenceDepth) {
    throw new DicomError(
      'limit',
      `Expected at most ${limits.elements} data elements, nested ${limits.sequenceDepth} deep, but the header has more.`,
      { offset: element.dataOffset },
    )
  }
  for (const item of element.items ?? []) {
    for (const inner of Object.values(item.dataSet?.elements ?? {})) spend(inner, budget, depth + 1)
  }
}
