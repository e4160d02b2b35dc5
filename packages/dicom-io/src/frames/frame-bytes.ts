/** Finds the bytes of one frame in Pixel Data: a slice of native pixels, or the fragments of an encapsulated frame (PS3.5 A.4). */
import type { ByteSource } from '../byte-source.ts'
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import type { PixelDataPlace } from '../header/structure.ts'
import { limits } from '../limits.ts'

/** Bytes of frame `index` of native pixels; throws `truncated` where Pixel Data ends before the frame does. */
export async function nativeFrameBytes(place: PixelDataPlace, header: DicomHeader, index: number) {
  const bits = header.rows * header.columns * samplesInFile(header) * header.bitsAllocated
  const start = Math.floor((bits * index) / 8)
  const end = Math.ceil((bits * (index + 1)) / 8)
  // Words are swapped whole, the one that the frame shares with its neighbour or with the padding included.
  const swapped = place.swappedBytes && header.bitsAllocated <= 8
  const first = swapped ? start & ~1 : start
  const wanted = swapped ? (end + 1) & ~1 : end
  const available = Math.min(wanted, place.length ?? wanted) - first
  const bytes = await place.source.read(place.offset + first, Math.max(0, available))
  if (first + bytes.length < end) {
    const missing = `Expected ${end - start} bytes for frame ${index} but Pixel Data has ${Math.max(0, first + bytes.length - start)}.`
    throw new DicomError('truncated', missing, { offset: place.offset + first + bytes.length })
  }
  checkLength(place, header)
  const aligned = swapped ? swapWords(bytes) : bytes
  return { bytes: aligned.subarray(start - first, end - first), skipBits: (bits * index) % 8 }
}

/** Some writers pad Pixel Data; with more than a row or a column to spare the header describes another image. */
function checkLength({ offset, length }: PixelDataPlace, header: DicomHeader): void {
  const { rows, columns, numberOfFrames, bitsAllocated } = header
  const bitsPerPixel = samplesInFile(header) * bitsAllocated
  const expected = Math.ceil((rows * columns * numberOfFrames * bitsPerPixel) / 8)
  const padding = Math.ceil((Math.max(rows, columns) * bitsPerPixel) / 8) + 1
  if (length === undefined || length <= expected + padding) return
  throw new DicomError(
    'mismatch',
    `Expected ${expected} bytes of Pixel Data, as the header says, but it has ${length}. Its size, its bits or its frames are wrong.`,
    { offset },
  )
}

function swapWords(bytes: Uint8Array): Uint8Array {
  const swapped = bytes.slice()
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    swapped[at] = bytes[at + 1]!
    swapped[at + 1] = bytes[at]!
  }
  return swapped
}

/** Uncompressed YBR_FULL_422 stores two samples a pixel: Y1 Y2 CB CR for two pixels (PS3.3 C.7.6.3.1.2). */
function samplesInFile(header: DicomHeader): number {
  return header.photometricInterpretation === 'YBR_FULL_422' ? 2 : header.samplesPerPixel
}

interface Fragment {
  readonly offset: number
  readonly length: number
  /** Whether it begins with the start marker of a JPEG or JPEG 2000 codestream. */
  readonly beginsImage: boolean
}

/** Finds the frames of encapsulated pixels once, and reads one frame at a time. */
export class EncapsulatedFrames {
  readonly #place: PixelDataPlace
  readonly #frameCount: number
  #frames: readonly (readonly Fragment[])[] | undefined

  constructor(place: PixelDataPlace, frameCount: number) {
    this.#place = place
    this.#frameCount = frameCount
  }

  async read(index: number): Promise<Uint8Array> {
    this.#frames ??= await this.#locate()
    const fragments = this.#frames[index]!
    const length = fragments.reduce((sum, fragment) => sum + fragment.length, 0)
    if (length > limits.frameBytes) {
      throw new DicomError(
        'limit',
        `Expected a compressed frame of at most ${limits.frameBytes} bytes but it has ${length}.`,
      )
    }
    const [first] = fragments
    const last = fragments.at(-1)!
    const items = await this.#place.source.read(first!.offset, last.offset + last.length - first!.offset)
    if (fragments.length === 1) return items
    const frame = new Uint8Array(length)
    let filled = 0
    for (const fragment of fragments) {
      const start = fragment.offset - first!.offset
      frame.set(items.subarray(start, start + fragment.length), filled)
      filled += fragment.length
    }
    return frame
  }

  async #locate(): Promise<readonly (readonly Fragment[])[]> {
    const { source, offset } = this.#place
    const { offsetTable, fragments, firstItem } = await source.heldOpen((held) => readItems(held, offset))
    const frames = this.#frameCount
    if (frames === 1) return [fragments]
    if (offsetTable.length === frames) return splitByOffsets(fragments, offsetTable, firstItem)
    if (fragments.length === frames) return fragments.map((fragment) => [fragment])
    return this.#splitByMarkers(fragments)
  }

  /** Without an offset table a frame begins where a fragment begins with a start-of-image marker. */
  #splitByMarkers(fragments: readonly Fragment[]): readonly (readonly Fragment[])[] {
    const frames: Fragment[][] = []
    for (const fragment of fragments) {
      if (fragment.beginsImage || frames.length === 0) frames.push([])
      frames.at(-1)!.push(fragment)
    }
    if (frames.length === this.#frameCount) return frames
    throw new DicomError(
      'invalid-header',
      `Expected ${this.#frameCount} encapsulated frames but found ${frames.length} in ${fragments.length} fragments without an offset table.`,
      { offset: this.#place.offset },
    )
  }
}

function splitByOffsets(fragments: readonly Fragment[], offsets: readonly number[], firstItem: number) {
  if (offsets[0] !== 0) {
    const message = `Expected 0 as first offset of the Basic Offset Table but received ${offsets[0]}.`
    throw new DicomError('invalid-header', message, { offset: firstItem })
  }
  const indexByOffset = new Map(fragments.map(({ offset }, index) => [offset - 8 - firstItem, index]))
  const starts = offsets.map((offset) => {
    const index = indexByOffset.get(offset)
    if (index !== undefined) return index
    const message = `Expected a fragment at offset ${offset} of the Basic Offset Table but there is none.`
    throw new DicomError('invalid-header', message, { offset: firstItem + offset })
  })
  return starts.map((start, frame) => {
    const end = starts[frame + 1] ?? fragments.length
    if (start < end) return fragments.slice(start, end)
    throw new DicomError('invalid-header', 'Expected rising offsets in the Basic Offset Table.', { offset: firstItem })
  })
}

/** Walks the items of Pixel Data: the Basic Offset Table, then the fragments, then the sequence delimiter. */
async function readItems(source: ByteSource, begin: number) {
  const fragments: Fragment[] = []
  let offsetTable: number[] | undefined
  let firstItem = begin
  let window: Uint8Array = new Uint8Array(0)
  let windowStart = begin
  // The delimiter is forgiven where the file ends with a fragment: the decoders check that the frame is whole.
  for (let offset = begin; offset < source.size || fragments.length === 0; ) {
    if (offset < windowStart || offset + 12 > windowStart + window.length) {
      windowStart = offset
      window = await source.read(offset, 4096)
      if (window.length < 8) throw truncated(offset, 'an item of Pixel Data')
    }
    const view = new DataView(window.buffer, window.byteOffset + offset - windowStart, 8)
    const tag = view.getUint32(0, true)
    const length = view.getUint32(4, true)
    if (tag === sequenceDelimiter) break
    if (tag !== item) {
      throw new DicomError(
        'invalid-header',
        `Expected an item of Pixel Data at byte ${offset} but found another tag.`,
        { offset },
      )
    }
    offset += 8
    if (offset + length > source.size) throw truncated(offset, `a fragment of ${length} bytes`)
    if (offsetTable === undefined) {
      offsetTable = readOffsets(await source.read(offset, Math.min(length, limits.frames * 4)))
      firstItem = offset + length
    } else {
      const start = offset - windowStart
      fragments.push({ offset, length, beginsImage: beginsImage(window.subarray(start, start + 4)) })
    }
    if (fragments.length > limits.fragments) {
      throw new DicomError('limit', `Expected at most ${limits.fragments} fragments but Pixel Data has more.`, {
        offset,
      })
    }
    offset += length
  }
  if (fragments.length === 0) throw truncated(begin, 'a fragment of Pixel Data')
  return { offsetTable: offsetTable ?? [], fragments, firstItem }
}

function beginsImage([a, b, c, d]: Uint8Array): boolean {
  return a === 0xff && ((b === 0xd8 && c === 0xff) || (b === 0x4f && c === 0xff && d === 0x51))
}

const item = 0xe000_fffe
const sequenceDelimiter = 0xe0dd_fffe

function readOffsets(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getUint32(index * 4, true))
}

function truncated(offset: number, what: string): DicomError {
  return new DicomError('truncated', `Expected ${what} at byte ${offset} but the file ends.`, { offset })
}
