/** Pixel Data (7FE0,0010): where its value lies, and the items that an encapsulated one has (PS3.5 A.4). */
import type { ByteSource } from '../byte-source.ts'
import { DicomError } from '../dicom-error.ts'
import { limits } from '../limits.ts'

export interface PixelDataPlace {
  readonly source: ByteSource
  readonly offset: number
  /** Bytes; undefined where the length is undefined, that is where the pixels are encapsulated. */
  readonly length: number | undefined
  /** Whether single bytes lie swapped in 16-bit words: big endian with the value representation OW. */
  readonly swappedBytes: boolean
}

/** An offset table or a fragment. */
export interface PixelItem {
  /** Of its value, and how many bytes that has. */
  readonly offset: number
  readonly length: number
  /** The first four bytes of the value as a number, the first highest; 0 where there are fewer. */
  readonly start: number
}

export interface PixelItems {
  readonly items: readonly PixelItem[]
  /** Offset of what is behind the delimiter, or behind the last item. */
  readonly end: number
}

const item = 0xe000_fffe
const sequenceDelimiter = 0xe0dd_fffe
const prefixBytes = 8

/**
 * Reads from the item at `begin` to the delimiter, or no more than `most` items. The delimiter is forgiven where the file ends with an
 * item: decoders check that a frame is whole.
 *
 * @throws {DicomError} `truncated`, `invalid-header` for another tag, `limit` for more fragments than the cap
 */
export async function readPixelItems(
  source: ByteSource,
  begin: number,
  most = Number.POSITIVE_INFINITY,
): Promise<PixelItems> {
  const items: PixelItem[] = []
  let offset = begin
  let window: Uint8Array = new Uint8Array(0)
  let windowStart = begin
  while (offset < source.size && items.length < most) {
    if (offset < windowStart || offset + prefixBytes + 4 > windowStart + window.length) {
      windowStart = offset
      // Where items are short the next ones come with this one.
      window = await source.read(offset, (items.at(-1)?.length ?? 0) < 32_768 ? 65_536 : 4096)
      if (window.length < prefixBytes) throw truncated(offset, 'an item of Pixel Data')
    }
    const view = new DataView(window.buffer, window.byteOffset + offset - windowStart)
    const tag = view.getUint32(0, true)
    const length = view.getUint32(4, true)
    if (tag === sequenceDelimiter) return { items, end: offset + prefixBytes }
    if (tag !== item) {
      const message = `Expected an item of Pixel Data at byte ${offset} but received another tag. The file is damaged.`
      throw new DicomError('invalid-header', message, { offset })
    }
    if (items.length > limits.fragments) {
      const message = `Expected at most ${limits.fragments} fragments in Pixel Data but received more. The file is not a plausible image.`
      throw new DicomError('limit', message, { offset })
    }
    offset += prefixBytes
    if (offset + length > source.size) throw truncated(offset, `a fragment of ${length} bytes`)
    items.push({ offset, length, start: length < 4 ? 0 : view.getUint32(prefixBytes) })
    offset += length
  }
  return { items, end: offset }
}

/** Offsets of frames from the first fragment's item, which follows the table. */
export async function readOffsetTable(source: ByteSource, { offset, length }: PixelItem): Promise<number[]> {
  const bytes = await source.read(offset, Math.min(length, limits.frames * 4))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getUint32(index * 4, true))
}

export function truncated(offset: number, what: string): DicomError {
  return new DicomError(
    'truncated',
    `Expected ${what} at byte ${offset} but received the end of the file. The file is truncated.`,
    { offset },
  )
}
