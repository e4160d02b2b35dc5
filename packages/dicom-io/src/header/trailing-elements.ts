/** The elements behind Pixel Data: padding, digital signatures, private ones. A search for identifiers must not miss them. */
import type { DataSet } from 'dicom-parser'
import type { ByteSource } from '../byte-source.ts'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { ElementReader, firstSlice, keepElement, pixelDataTag } from './element-reader.ts'
import { type PixelDataPlace, readOffsetTable, readPixelItems } from './pixel-data.ts'

/** Reads as far as there are elements: what a file lacks at its end, or has there besides, is no damage to its header. */
export async function readTrailingElements(
  place: PixelDataPlace,
  syntax: TransferSyntax,
): Promise<DataSet | undefined> {
  const { source } = place
  const end = await unlessDamaged(() => endOfPixelData(place))
  if (end === undefined || end >= source.size) return undefined
  for (let wanted = firstSlice; ; wanted *= 8) {
    const bytes = await source.read(end, Math.min(wanted, limits.headerBytes))
    const reader = new ElementReader(bytes, 0, syntax)
    const isWhole = await unlessDamaged(async () => readElements(reader, bytes.length))
    if (isWhole || bytes.length >= Math.min(source.size - end, limits.headerBytes)) return reader.dataSet
  }
}

/**
 * Elements rise: what does not is the padding of a writer that knows no element for it.
 *
 * @returns whether the last one lies within the bytes
 */
function readElements(reader: ElementReader, length: number): boolean {
  while (reader.position < length) {
    const element = reader.next()
    if (element.tag <= pixelDataTag) break
    keepElement(reader.dataSet, element)
  }
  return reader.position <= length
}

async function endOfPixelData({ source, offset, length }: PixelDataPlace): Promise<number> {
  if (length !== undefined) return offset + length
  const start = await lastFrame(source, offset)
  // A table that does not count as the standard says leads astray.
  const items = await unlessDamaged(() => readPixelItems(source, start))
  return (items ?? (await readPixelItems(source, offset))).end
}

/** Where the last frame begins, as far as the Basic Offset Table says. */
async function lastFrame(source: ByteSource, begin: number): Promise<number> {
  const [table] = (await readPixelItems(source, begin, 1)).items
  if (table === undefined) return begin
  const last = (await readOffsetTable(source, table)).at(-1)
  return last === undefined ? begin : table.offset + table.length + last
}

async function unlessDamaged<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof DicomError && error.code !== 'io') return undefined
    throw error
  }
}
