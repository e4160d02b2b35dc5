/** A ZIP64 archive in the RSNA layout of any size, of which any part can be had without the rest ever being made. */
import { crc32, deflateRawSync } from 'node:zlib'
import { createRandom } from '@mammokit/seeded-random'

export interface SyntheticArchive {
  readonly size: number
  /** Of all files, unpacked. */
  readonly unpackedSize: number
  /** The bytes `[start, end)`. */
  read(start: number, end: number): Buffer
}

interface Content {
  readonly deflated: Buffer
  readonly length: number
  readonly crc: number
}

/** Few contents serve many members. */
const contents = 8
const imagesPerPatient = 4
const localHeaderBytes = 30

/** An archive of train.csv and `images` files of `imageBytes`, which deflate makes an eighth smaller. */
export function syntheticArchive(images: number, imageBytes: number): SyntheticArchive {
  const pool = Array.from({ length: contents }, (_, i) => contentOf(noise(imageBytes, i)))
  const table = contentOf(Buffer.from('site_id,patient_id,image_id\n'))
  const members = [
    { name: 'train.csv', content: table },
    ...Array.from({ length: images }, (_, i) => ({ name: nameOf(i), content: pool[i % contents] })),
  ]
  let at = 0
  const placed = members.map(({ name, content }) => {
    const member = { name: Buffer.from(name), content, offset: at }
    at += localHeaderBytes + member.name.length + content.deflated.length
    return member
  })
  const tail = directory(placed, at)
  const partAt = (position: number): { part: Buffer; from: number } => {
    if (position >= at) return { part: tail, from: at }
    let [low, high] = [0, placed.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (placed[middle].offset <= position) low = middle
      else high = middle - 1
    }
    const { name, content, offset } = placed[low]
    const dataStart = offset + localHeaderBytes + name.length
    return position < dataStart
      ? { part: Buffer.concat([localHeader(content, name.length), name]), from: offset }
      : { part: content.deflated, from: dataStart }
  }
  return {
    size: at + tail.length,
    unpackedSize: members.reduce((total, { content }) => total + content.length, 0),
    read(start, end) {
      const bytes = Buffer.allocUnsafe(end - start)
      for (let position = start; position < end; ) {
        const { part, from } = partAt(position)
        position += part.copy(bytes, position - start, position - from)
      }
      return bytes
    },
  }
}

function nameOf(image: number): string {
  return `train_images/${10_000 + Math.floor(image / imagesPerPatient)}/${1_000_000_000 + image}.dcm`
}

/** Seven bits of chance in each byte. */
function noise(length: number, seed: number): Buffer {
  const random = createRandom(seed)
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = random.bits() & 127
  return bytes
}

function contentOf(bytes: Buffer): Content {
  return { deflated: deflateRawSync(bytes, { level: 1 }), length: bytes.length, crc: crc32(bytes) }
}

function localHeader({ deflated, length, crc }: Content, nameLength: number): Buffer {
  const header = Buffer.alloc(localHeaderBytes)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(45, 4)
  header.writeUInt16LE(8, 8)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(deflated.length, 18)
  header.writeUInt32LE(length, 22)
  header.writeUInt16LE(nameLength, 26)
  return header
}

/** The directory, with offsets in 64 bits, and its end. */
function directory(
  members: readonly { readonly name: Buffer; readonly content: Content; readonly offset: number }[],
  start: number,
): Buffer {
  const entries = members.map(({ name, content, offset }) => {
    const entry = Buffer.alloc(46 + name.length + 12)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE((3 << 8) | 45, 4)
    entry.writeUInt16LE(45, 6)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(content.crc, 16)
    entry.writeUInt32LE(content.deflated.length, 20)
    entry.writeUInt32LE(content.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt16LE(12, 30)
    entry.writeUInt32LE((0o100644 << 16) >>> 0, 38)
    entry.writeUInt32LE(0xffffffff, 42)
    name.copy(entry, 46)
    entry.writeUInt16LE(1, 46 + name.length)
    entry.writeUInt16LE(8, 48 + name.length)
    entry.writeBigUInt64LE(BigInt(offset), 50 + name.length)
    return entry
  })
  const index = Buffer.concat(entries)
  const end = Buffer.alloc(56 + 20 + 22)
  end.writeUInt32LE(0x06064b50, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeBigUInt64LE(BigInt(members.length), 24)
  end.writeBigUInt64LE(BigInt(members.length), 32)
  end.writeBigUInt64LE(BigInt(index.length), 40)
  end.writeBigUInt64LE(BigInt(start), 48)
  end.writeUInt32LE(0x07064b50, 56)
  end.writeBigUInt64LE(BigInt(start + index.length), 64)
  end.writeUInt32LE(1, 72)
  end.writeUInt32LE(0x06054b50, 76)
  end.fill(255, 84, 96) // counts and sizes: see the 64-bit end
  return Buffer.concat([index, end])
}
