/** The checksum by which the hub names a file: SHA-256 of a large one, git's own hash of a small one. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The etag of a file of the hub is its checksum: 64 hexadecimal digits are SHA-256, 40 git's SHA-1 of a blob. */
export function startChecksum(etag: string, sizeBytes: number): Hash {
  if (etag.length === 64) return createHash('sha256')
  return createHash('sha1').update(`blob ${sizeBytes}\0`)
}

/** Adds the bytes of a file and returns how many they were. */
export async function addFile(hash: Hash, path: string): Promise<number> {
  let size = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    size += chunk.length
  }
  return size
}
