/** Bytes by offset and length: a file on disk, of which only the needed parts are read, or bytes in memory. */
import { type FileHandle, open } from 'node:fs/promises'
import { DicomError } from './dicom-error.ts'

export interface ByteSource {
  readonly size: number
  readonly path?: string
  /** Bytes `[offset, offset + length)`, cut at the end of the source. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Runs `action` while the file is held open: many small reads take much longer to open it than to read. */
  heldOpen<T>(action: () => Promise<T>): Promise<T>
}

/** Runs `action` on the bytes of a file, held open meanwhile, or on bytes in memory; they can be read afterward too. */
export async function openByteSource<T>(
  source: string | Uint8Array,
  action: (source: ByteSource) => Promise<T>,
): Promise<T> {
  if (typeof source === 'string') {
    const file = new FileSource(source)
    return file.heldOpen(async () => {
      await file.readStart()
      return action(file)
    })
  }
  // A plain view: `slice` of a Buffer would not copy.
  if (source instanceof Uint8Array) {
    return action(bytesInMemory(new Uint8Array(source.buffer, source.byteOffset, source.byteLength)))
  }
  throw new DicomError(
    'invalid-argument',
    `Expected a path or a Uint8Array for source but received ${Object.prototype.toString.call(source).slice(8, -1)}. Pass the path of a DICOM file or its bytes.`,
  )
}

export function bytesInMemory(bytes: Uint8Array, path?: string): ByteSource {
  return {
    size: bytes.length,
    ...(path === undefined ? {} : { path }),
    read: async (offset, length) => bytes.subarray(offset, Math.max(offset, offset + length)),
    heldOpen: (action) => action(),
  }
}

/** Bytes that are read with the size, in one go: most headers are smaller. */
const firstBytes = 64 * 1024

class FileSource implements ByteSource {
  readonly path: string
  size = 0
  #start: Uint8Array = new Uint8Array(0)
  #file: Promise<FileHandle> | undefined
  #users = 0

  constructor(path: string) {
    this.path = path
  }

  async readStart(): Promise<void> {
    const { size } = await this.#use((file) => file.stat())
    this.size = size
    this.#start = await this.#readPart(0, Math.min(size, firstBytes))
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size)
    if (end <= this.#start.length) return this.#start.subarray(offset, Math.max(offset, end))
    return this.heldOpen(() => this.#readPart(offset, Math.max(0, end - offset)))
  }

  async heldOpen<T>(action: () => Promise<T>): Promise<T> {
    this.#users += 1
    try {
      this.#file ??= open(this.path, 'r')
      return await action()
    } finally {
      this.#users -= 1
      if (this.#users === 0) {
        const file = this.#file
        this.#file = undefined
        // A failure to open was already reported by the read.
        await file?.then(
          (opened) => opened.close(),
          () => {},
        )
      }
    }
  }

  async #readPart(offset: number, length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await this.#use((file) => file.read(buffer, filled, length - filled, offset + filled))
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  async #use<T>(action: (file: FileHandle) => Promise<T>): Promise<T> {
    try {
      return await action(await this.#file!)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `Expected a readable file for path but received ${this.path}: ${reason}. Check that it exists and can be read.`
      throw new DicomError('io', message, { path: this.path }, { cause })
    }
  }
}
