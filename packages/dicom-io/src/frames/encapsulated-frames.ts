/** The bytes of one frame of encapsulated Pixel Data, which lie in one or several fragments (PS3.5 A.4). */
import { DicomError } from '../dicom-error.ts'
import {
  type PixelDataPlace,
  type PixelItem,
  readOffsetTable,
  readPixelItems,
  truncated,
} from '../header/pixel-data.ts'
import { limits } from '../limits.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'

/** Finds the frames of encapsulated pixels once, and reads one frame at a time. */
export class EncapsulatedFrames {
  readonly #place: PixelDataPlace
  readonly #frameCount: number
  readonly #codec: TransferSyntax['codec']
  #frames: readonly (readonly PixelItem[])[] | undefined
  /** One frame is often asked for at several resolutions. */
  #shared: { readonly index: number; readonly bytes: WeakRef<Uint8Array> } | undefined

  constructor(place: PixelDataPlace, frameCount: number, codec: TransferSyntax['codec']) {
    this.#place = place
    this.#frameCount = frameCount
    this.#codec = codec
  }

  /** The same bytes again, as long as somebody has them: they are nobody's to change, or to hand to another thread. */
  async readShared(index: number): Promise<Uint8Array> {
    const known = this.#shared?.index === index ? this.#shared.bytes.deref() : undefined
    if (known) return known
    const bytes = await this.read(index)
    this.#shared = { index, bytes: new WeakRef(bytes) }
    return bytes
  }

  async read(index: number): Promise<Uint8Array> {
    const fragments = (await this.locate())[index]!
    const length = fragments.reduce((sum, fragment) => sum + fragment.length, 0)
    if (length > limits.frameBytes) {
      throw new DicomError(
        'limit',
        `Expected a compressed frame of at most ${limits.frameBytes} bytes but received ${length}. The file is not a plausible image.`,
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

  /** The fragments of every frame, all of them within the file. */
  async locate(): Promise<readonly (readonly PixelItem[])[]> {
    this.#frames ??= await this.#locate()
    return this.#frames
  }

  async #locate(): Promise<readonly (readonly PixelItem[])[]> {
    const { source, offset } = this.#place
    const { items } = await source.heldOpen(() => readPixelItems(source, offset))
    const [table, ...fragments] = items
    if (fragments.length === 0) throw truncated(offset, 'a fragment of Pixel Data')
    const frames = this.#frameCount
    if (frames === 1) {
      checkOneImage(fragments, this.#codec)
      return [fragments]
    }
    // Each frame has one then, whatever a table says.
    if (fragments.length === frames) return fragments.map((fragment) => [fragment])
    const offsetTable = await readOffsetTable(source, table!)
    const starts = offsetTable.length === frames ? startsByOffsets(fragments, offsetTable, table!) : undefined
    return starts?.map((start, frame) => fragments.slice(start, starts[frame + 1])) ?? this.#splitByMarkers(fragments)
  }

  /** Without an offset table that fits a frame begins where a fragment begins with a start-of-image marker. */
  #splitByMarkers(fragments: readonly PixelItem[]): readonly (readonly PixelItem[])[] {
    const frames: PixelItem[][] = []
    for (const fragment of fragments) {
      if (beginsImage(fragment, this.#codec) || frames.length === 0) frames.push([])
      frames.at(-1)!.push(fragment)
    }
    if (frames.length === this.#frameCount) return frames
    throw new DicomError(
      'invalid-header',
      `Expected ${this.#frameCount} encapsulated frames but received ${frames.length} in ${fragments.length} fragments without an offset table that fits. Number of Frames, or the table, is wrong.`,
      { offset: this.#place.offset },
    )
  }
}

/**
 * Indexes of the fragments that begin a frame, by a Basic Offset Table that counts as the standard says, or without the headers of items
 * as some writers do; undefined where it fits in no way.
 */
function startsByOffsets(
  fragments: readonly PixelItem[],
  offsets: readonly number[],
  table: PixelItem,
): readonly number[] | undefined {
  // The first frame lies behind the table, whose own item, or the file, some writers count from.
  const bases = [0, 8 + table.length, table.offset + table.length]
  if (!bases.includes(offsets[0]!)) return undefined
  for (const headerBytes of [8, 0]) {
    const indexes = new Map<number, number>()
    let position = 0
    for (const [index, { length }] of fragments.entries()) {
      // The first of several at one place, the others are empty.
      if (!indexes.has(position)) indexes.set(position, index)
      position += headerBytes + length
    }
    const starts = offsets.map((offset) => indexes.get(offset - offsets[0]!))
    const isRising = starts.every((start, frame) => start !== undefined && (frame === 0 || start > starts[frame - 1]!))
    if (isRising) return starts as number[]
  }
  return undefined
}

/** Decoders stop at the end of the first image. */
function checkOneImage(fragments: readonly PixelItem[], codec: TransferSyntax['codec']): void {
  const images = fragments.filter((fragment) => beginsImage(fragment, codec))
  if (images.length <= 1) return
  throw new DicomError(
    'mismatch',
    `Expected one frame, as in the header, but received ${images.length} in Pixel Data. Number of Frames is wrong.`,
    { offset: images[1]!.offset },
  )
}

/** Whether a fragment begins with the first bytes of a codestream; samples and runs of them may begin with any. */
function beginsImage({ start }: PixelItem, codec: TransferSyntax['codec']): boolean {
  switch (codec) {
    case 'native':
    case 'deflate':
    case 'rle':
      return false
    case 'jpeg-xl':
      return start >>> 16 === 0xff0a || start === 0x0000_000c
    default:
      return start >>> 8 === 0xffd8ff || start === 0xff4fff51
  }
}
