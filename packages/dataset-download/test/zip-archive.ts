/** Writes ZIP archives, honest and not. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly data: Buffer
  readonly deflate?: boolean
  /** Sizes and offset in 64 bits. */
  readonly zip64?: boolean
  /** Extra bytes of the local header alone. */
  readonly localExtra?: number
  /** What the directory says in place of the truth. */
  readonly lie?: { readonly crc32?: number; readonly size?: number; readonly offset?: number }
  readonly mode?: number
  readonly method?: number
  readonly flags?: number
}

/** The bytes of an archive, and where each member lies in it. */
export function zipArchive(entries: readonly ZipEntry[]): { bytes: Buffer; ends: Map<string, [number, number]> } {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const ends = new Map<string, [number, number]>()
  let at = 0
  for (const { name, data, deflate, zip64, localExtra = 0, lie = {}, mode = 0o100644, method, flags = 0 } of entries) {
    const content = deflate ? deflateRawSync(data) : data
    const path = Buffer.from(name, 'utf8')
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(0x800 | flags, 6)
    local.writeUInt16LE(method ?? (deflate ? 8 : 0), 8)
    local.writeUInt32LE(crc32(data), 14)
    local.writeUInt32LE(content.length, 18)
    local.writeUInt32LE(data.length, 22)
    local.writeUInt16LE(path.length, 26)
    local.writeUInt16LE(localExtra, 28)
    const extra = Buffer.alloc(zip64 ? 28 : 0)
    if (zip64) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(24, 2)
      extra.writeBigUInt64LE(BigInt(lie.size ?? data.length), 4)
      extra.writeBigUInt64LE(BigInt(content.length), 12)
      extra.writeBigUInt64LE(BigInt(lie.offset ?? at), 20)
    }
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE((3 << 8) | 20, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt16LE(0x800 | flags, 8)
    central.writeUInt16LE(method ?? (deflate ? 8 : 0), 10)
    central.writeUInt32LE(lie.crc32 ?? crc32(data), 16)
    central.writeUInt32LE(zip64 ? 0xffffffff : content.length, 20)
    central.writeUInt32LE(zip64 ? 0xffffffff : (lie.size ?? data.length), 24)
    central.writeUInt16LE(path.length, 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt32LE((mode << 16) >>> 0, 38)
    central.writeUInt32LE(zip64 ? 0xffffffff : (lie.offset ?? at), 42)
    const member = [local, path, Buffer.alloc(localExtra), content]
    directory.push(central, path, extra)
    parts.push(...member)
    const start = at
    at += member.reduce((total, { length }) => total + length, 0)
    ends.set(name, [start, at])
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(0xffff, 8)
  end.writeUInt16LE(0xffff, 10)
  end.writeUInt32LE(0xffffffff, 12)
  end.writeUInt32LE(0xffffffff, 16)
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x06064b50, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeBigUInt64LE(BigInt(entries.length), 24)
  end64.writeBigUInt64LE(BigInt(entries.length), 32)
  end64.writeBigUInt64LE(BigInt(index.length), 40)
  end64.writeBigUInt64LE(BigInt(at), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(at + index.length), 8)
  locator.writeUInt32LE(1, 16)
  return { bytes: Buffer.concat([...parts, index, end64, locator, end]), ends }
}
