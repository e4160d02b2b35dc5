/** Bytes by offset and length: a file on disk, of which only the needed parts are read, or bytes in memory. */
import { type FileHandle, open } from 'node:fs/promises'
import { DicomError } from './dicom-error.ts'

export interface ByteSource {
  readonly size: number
  readonly path?: string
  /** Bytes `[offset, offset + length)`, cut at the end of the source. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Runs `action` on the same bytes while their file is held open: many small reads take much longer to open it than to read. */
  heldOpen<T>(action: (source: ByteSource) => Promise<T>): Promise<T>
}

export async function openByteSource(source: string | Uint8Array): Promise<ByteSource> {
  if (typeof source === 'string') return openFile(source)
  // A plain view: `slice` of a Buffer would not copy.
  if (source instanceof Uint8Array) {
    return bytesInMemory(new Uint8Array(source.buffer, source.byteOffset, source.byteLength))
  }
  throw new DicomError(
    'invalid-argument',
    `Expected a path or a Uint8Array for source but received ${Object.prototype.toString.call(source).slice(8, -1)}. Pass the path of a DICOM file or its bytes.`,
  )
}

export function bytesInMemory(bytes: Uint8Array, path?: string): ByteSource {
  const source: ByteSource = {
    size: bytes.length,
    ...(path === undefined ? {} : { path }),
    read: async (offset, length) => bytes.subarray(offset, Math.max(offset, offset + length)),
    heldOpen: (action) => action(source),
  }
  return source
}

/** Bytes that are read with the size, in one go: most headers are smaller. */
const firstBytes = 64 * 1024

async function openFile(path: string): Promise<ByteSource> {
  const { size, start } = await withFile(path, async (file) => {
    const { size } = await file.stat()
    return { size, start: await readPart(file, 0, Math.min(size, firstBytes)) }
  })
  return fileSource({ size, path, start }, (action) => withFile(path, action))
}

/** How a read gets its file: opened for itself, or held open by a caller. */
type UseFile = <T>(action: (file: FileHandle) => Promise<T>) => Promise<T>

function fileSource(opened: { size: number; path: string; start: Uint8Array }, useFile: UseFile): ByteSource {
  const { size, path, start } = opened
  return {
    size,
    path,
    read: async (offset, length) => {
      const end = Math.min(offset + length, size)
      if (end <= start.length) return start.subarray(offset, Math.max(offset, end))
      return useFile((file) => readPart(file, offset, Math.max(0, end - offset)))
    },
    heldOpen: (action) => useFile((file) => action(fileSource(opened, (inner) => inner(file)))),
  }
}

async function readPart(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

async function withFile<T>(path: string, action: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    const file = await open(path, 'r')
    try {
      return await action(file)
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof DicomError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DicomError('io', `Expected a readable file for path but received ${path}: ${reason}.`, { path, cause })
  }
}
