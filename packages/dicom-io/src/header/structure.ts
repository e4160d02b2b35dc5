/** The structure of a file: its encoding, its elements, where its pixels lie. */
import type { DataSet, Element } from 'dicom-parser'
import type { ByteSource } from '../byte-source.ts'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import { type TransferSyntax, transferSyntaxes, transferSyntaxOf } from '../transfer-syntax.ts'
import {
  ElementReader,
  firstSlice,
  floatPixels,
  isCapital,
  keepElement,
  pixelDataTag,
  undefinedLength,
} from './element-reader.ts'
import { inflate } from './inflate.ts'
import type { PixelDataPlace } from './pixel-data.ts'
import { readTrailingElements } from './trailing-elements.ts'

export interface DataSetStructure {
  readonly transferSyntax: TransferSyntax
  /** Group 0002, always explicit little endian. */
  readonly meta: DataSet
  readonly dataSet: DataSet
  readonly pixelData: PixelDataPlace | undefined
  /** Name of the pixels where they are floating point numbers, which are not read. */
  readonly floats: string | undefined
  /** Elements that do not count, because there is another one with the same tag. */
  readonly repeated: readonly Element[]
  readonly trailingElements: DataSet | undefined
}

export async function readStructure(file: ByteSource): Promise<DataSetStructure> {
  const { meta, transferSyntax, position } = readMeta(await file.read(0, firstSlice))
  const body = transferSyntax.deflated
    ? await readBody(await inflate(file, position), 0, transferSyntax, meta)
    : await readBody(file, position, transferSyntax, meta)
  const trailingElements = body.pixelData && (await readTrailingElements(body.pixelData, transferSyntax))
  return { meta, transferSyntax, ...body, trailingElements }
}

/** Reads growing slices of the source until one holds everything before Pixel Data. */
async function readBody(
  source: ByteSource,
  position: number,
  transferSyntax: TransferSyntax,
  meta: DataSet,
): Promise<Body> {
  for (let wanted = firstSlice; ; wanted *= 8) {
    const bytes = await source.read(0, Math.min(wanted, limits.headerBytes))
    const whole = bytes.length >= source.size
    try {
      const body = readDataSet(bytes, position, transferSyntax, source)
      if (body.pixelData !== undefined || body.floats !== undefined || whole) return body
    } catch (error) {
      if (whole || (error instanceof DicomError && error.code === 'limit')) throw error
    }
    if (bytes.length >= limits.headerBytes) {
      throw new DicomError(
        'limit',
        `Expected Pixel Data within the first ${limits.headerBytes} bytes but received none. Check that the file is an image.`,
        { offset: limits.headerBytes, sopClassUid: meta.string('x00020002') },
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

type Body = Pick<DataSetStructure, 'dataSet' | 'pixelData' | 'floats' | 'repeated'>

const explicitLittleEndian = '1.2.840.10008.1.2.1'

/** Reads group 0002, or guesses the transfer syntax of a data set that has none (files from before Part 10). */
function readMeta(bytes: Uint8Array): Start {
  const hasPreamble = bytes.length >= 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM'
  const reader = new ElementReader(bytes, hasPreamble ? 132 : 0, transferSyntaxes.get(explicitLittleEndian)!)
  const { dataSet: meta } = reader
  while (reader.position + 8 <= bytes.length && bytes[reader.position] === 2 && bytes[reader.position + 1] === 0) {
    const element = reader.next()
    meta.elements[element.tag] = element
  }
  const { position } = reader
  const uid = meta.string('x00020010')
  const transferSyntax = uid ? asWritten(transferSyntaxOf(uid), bytes, position) : guessTransferSyntax(bytes, position)
  return { meta, transferSyntax, position }
}

/**
 * Some writers leave a data set in implicit VR when they change its transfer syntax, or the reverse: the bytes tell. One element without
 * a value representation is no implicit data set: the next one has it.
 */
function asWritten(declared: TransferSyntax, bytes: Uint8Array, position: number): TransferSyntax {
  if (declared.deflated || bytes.length < position + 8) return declared
  const isExplicit =
    hasVr(bytes, position) || (declared.explicitVr && hasVr(bytes, afterImplicit(bytes, position, declared)))
  return { ...declared, explicitVr: isExplicit }
}

function hasVr(bytes: Uint8Array, position: number): boolean {
  return position + 6 <= bytes.length && isCapital(bytes[position + 4]!) && isCapital(bytes[position + 5]!)
}

/** Where the element after one in implicit VR begins. */
function afterImplicit(bytes: Uint8Array, position: number, { littleEndian }: TransferSyntax): number {
  return position + 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(position + 4, littleEndian)
}

/** A data set begins with group 0008 in all but rare files; its first value representation is two capitals, or a length. */
function guessTransferSyntax(bytes: Uint8Array, position: number): TransferSyntax {
  const [low, high] = bytes.subarray(position, position + 2)
  const explicit = hasVr(bytes, position)
  if (high === 0 && low !== undefined && low >= 4 && low <= 0x28) {
    return transferSyntaxOf(explicit ? explicitLittleEndian : '1.2.840.10008.1.2')
  }
  if (low === 0 && high !== undefined && high >= 4 && high <= 0x28 && explicit) {
    return transferSyntaxOf('1.2.840.10008.1.2.2')
  }
  throw new DicomError(
    'not-dicom',
    'Expected a DICOM file but received neither the prefix "DICM" nor a data set. Check that it is a DICOM file.',
    {
      offset: position,
    },
  )
}

/** `bytes`: the beginning of `source`. */
function readDataSet(bytes: Uint8Array, position: number, transferSyntax: TransferSyntax, source: ByteSource): Body {
  const reader = new ElementReader(bytes, position, transferSyntax)
  const { dataSet } = reader
  const repeated: Element[] = []
  while (reader.position < bytes.length) {
    const element = reader.next()
    if (element.tag === pixelDataTag) {
      const length = element.length === undefinedLength ? undefined : element.length
      const swappedBytes = !transferSyntax.littleEndian && element.vr === 'OW'
      const pixelData = { source, offset: element.dataOffset, length, swappedBytes }
      return { dataSet, pixelData, floats: undefined, repeated }
    }
    const floats = floatPixels.get(element.tag)
    if (floats !== undefined) return { dataSet, pixelData: undefined, floats, repeated }
    const other = keepElement(dataSet, element)
    if (other !== undefined) repeated.push(other)
  }
  return { dataSet, pixelData: undefined, floats: undefined, repeated }
}
