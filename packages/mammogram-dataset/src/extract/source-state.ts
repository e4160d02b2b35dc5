/** What tells that a file was replaced after an image was made of it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { SourceState } from '@mammokit/screening-data'

/** Size and modification time of a file; undefined where it is not there. */
export async function readSourceState(path: string): Promise<SourceState | undefined> {
  try {
    const { size, mtime } = await stat(path)
    return { sizeBytes: size, modified: mtime.toISOString() }
  } catch {
    return undefined
  }
}

/** Whether a file has this SHA-256; a file that cannot be read has not. */
export async function hasSha256(path: string, sha256: string): Promise<boolean> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch {
    return false
  }
  return hash.digest('hex') === sha256
}
