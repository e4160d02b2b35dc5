/** A member's bytes, from its local header on, to the file that they are. */
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { crc32, createInflateRaw, inflateRaw, type ZlibOptions } from 'node:zlib'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { DownloadError } from '../download-error.ts'
import type { Member } from './member.ts'

const localHeaderBytes = 30

/**
 * Writes a member that is in memory whole; without `flush` it may be lost in a power cut.
 *
 * @throws {DownloadError} `corrupt-file`
 */
export async function unpackBytes(bytes: Buffer, member: Member, target: string, flush: boolean): Promise<void> {
  const start = dataStart(bytes, member)
  const data = bytes.subarray(start, start + member.compressedSize)
  const content = member.isDeflated ? await inflate(data, member) : data
  assertContent(member, content.length, crc32(content))
  await writeFileAtomic(target, content, { flush })
}

/**
 * Writes a member that lies in the file `source`, its local header at byte `position`, piece by piece.
 *
 * @throws {DownloadError} `corrupt-file`
 */
export async function unpackFile(
  source: string,
  position: number,
  member: Member,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const start = position + (await readDataStart(source, position, member))
  const unpacked = `${target}.unpacked`
  let [length, sum] = [0, 0]
  async function* counted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      length += chunk.length
      if (length > member.size) throw corrupt(member, `more than the ${member.size} bytes that its archive states`)
      sum = crc32(chunk, sum)
      yield chunk
    }
  }
  try {
    const end = start + member.compressedSize - 1
    const data = end < start ? Readable.from([]) : createReadStream(source, { start, end })
    const sink = createWriteStream(unpacked, { flush: true })
    if (member.isDeflated) await pipeline(data, createInflateRaw(), counted, sink, { signal })
    else await pipeline(data, counted, sink, { signal })
    assertContent(member, length, sum)
    await rename(unpacked, target)
  } catch (error) {
    await rm(unpacked, { force: true })
    throw isZlibError(error) ? corrupt(member, 'damaged compressed data') : error
  }
}

/** Whether a file has the bytes that the archive's directory states. */
export async function hasContent(path: string, { size, crc32: expected }: Member): Promise<boolean> {
  let [length, sum] = [0, 0]
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    length += chunk.length
    sum = crc32(chunk, sum)
  }
  return length === size && sum === expected
}

async function inflate(data: Buffer, member: Member): Promise<Buffer> {
  try {
    // All of it in one piece, where zlib's own are 16 KiB; a bomb ends where it becomes longer than is stated.
    const options = { chunkSize: Math.max(64, member.size + 1), maxOutputLength: Math.max(1, member.size) }
    return await promisify<Buffer, ZlibOptions, Buffer>(inflateRaw)(data, options)
  } catch (error) {
    throw isZlibError(error) ? corrupt(member, 'damaged compressed data, or more than its archive states') : error
  }
}

async function readDataStart(source: string, position: number, member: Member): Promise<number> {
  const file = await open(source, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(localHeaderBytes), 0, localHeaderBytes, position)
    return dataStart(buffer.subarray(0, bytesRead), member)
  } finally {
    await file.close()
  }
}

/** Where the data begin: after the local header, whose name and extra fields may be longer than those of the directory. */
function dataStart(header: Buffer, member: Member): number {
  if (header.length < localHeaderBytes || header.readUInt32LE(0) !== 0x04034b50)
    throw corrupt(member, 'no local header where the directory of its archive states one')
  const start = localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (start + member.compressedSize > member.end - member.offset)
    throw corrupt(member, 'a local header that leads into the next file')
  return start
}

function assertContent(member: Member, length: number, sum: number): void {
  if (length !== member.size) throw corrupt(member, `${length} bytes`)
  if (sum !== member.crc32) throw corrupt(member, `CRC-32 ${hex(sum)}`)
}

function corrupt(member: Member, received: string): DownloadError {
  const { path, size, crc32: sum } = member
  const message = `Expected ${size} bytes with CRC-32 ${hex(sum)} for ${path} but received ${received}. Start again; if it stays so, the archive is damaged where it is kept.`
  return new DownloadError('corrupt-file', message, { path, size, crc32: sum })
}

function isZlibError(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(code)
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0')
}
