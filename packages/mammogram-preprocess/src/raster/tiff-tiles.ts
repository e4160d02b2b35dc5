/** Whether a page of a TIFF file is stored in tiles or in strips: TIFF 6.0, sections 2 and 15, and BigTIFF. Node. */
import { open } from 'node:fs/promises'

// TileWidth, which every tiled page has and no other.
const tileWidthTag = 322

/** Bytes of the file from an offset on, fewer where the file ends. */
type ReadAt = (offset: number, length: number) => Promise<DataView>

/** False where the directory of the page cannot be read: the decoder says what is wrong with it. */
export async function isTiledTiff(file: string | Uint8Array, page: number): Promise<boolean> {
  if (typeof file !== 'string') return hasTiles(async (offset, length) => viewOf(file, offset, length), page)
  const handle = await open(file)
  try {
    return await hasTiles(async (offset, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
      return viewOf(buffer, 0, bytesRead)
    }, page)
  } finally {
    await handle.close()
  }
}

function viewOf(bytes: Uint8Array, offset: number, length: number): DataView {
  const part = bytes.subarray(offset, offset + length)
  return new DataView(part.buffer, part.byteOffset, part.byteLength)
}

async function hasTiles(readAt: ReadAt, page: number): Promise<boolean> {
  const head = await readAt(0, 16)
  if (head.byteLength < 16) return false
  const isLittle = head.getUint8(0) === 0x49
  const isBig = head.getUint16(2, isLittle) === 43
  const [countSize, entrySize, offsetSize] = isBig ? [8, 20, 8] : [2, 12, 4]
  const offsetIn = (view: DataView, at: number) =>
    isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle)

  for (let start = offsetIn(head, isBig ? 8 : 4), at = 0; start > 0 && Number.isSafeInteger(start); at++) {
    const counted = await readAt(start, countSize)
    if (counted.byteLength < countSize) return false
    const count = isBig ? offsetIn(counted, 0) : counted.getUint16(0, isLittle)
    if (count > 65_535) return false
    const directory = await readAt(start + countSize, count * entrySize + offsetSize)
    if (at === page) return tagsOf(directory, count, entrySize, isLittle).includes(tileWidthTag)
    if (directory.byteLength < count * entrySize + offsetSize) return false
    start = offsetIn(directory, count * entrySize)
  }
  return false
}

function tagsOf(directory: DataView, count: number, entrySize: number, isLittle: boolean): number[] {
  const entries = Math.min(count, Math.floor(directory.byteLength / entrySize))
  return Array.from({ length: entries }, (_, entry) => directory.getUint16(entry * entrySize, isLittle))
}
