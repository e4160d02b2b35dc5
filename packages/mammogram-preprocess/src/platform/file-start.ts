import { open } from 'node:fs/promises'

/** The first bytes of a file, by which its format is known. */
export interface FileStart {
  readonly sizeBytes: number
  readonly bytes: Uint8Array
}

/** Enough for what stands before the pixels of a PNG. */
export const startBytes = 64 * 1024

/** Undefined where the file cannot be read: the reader of its format says why. */
export async function readStartOfPath(path: string): Promise<FileStart | undefined> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(size, startBytes)), 0, undefined, 0)
      return { sizeBytes: size, bytes: buffer.subarray(0, bytesRead) }
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}
