/** A file on disk as a source of bytes. */
import { type FileHandle, open } from 'node:fs/promises'
import type { ByteSource } from './byte-source.ts'
import { DicomError } from './dicom-error.ts'

/** Runs `action` on the bytes of a file, held open meanwhile; they can be read afterward too. */
export function withByteFile<T>(path: string, action: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = new ByteFile(path)
  return file.heldOpen(async () => {
    await file.readStart()
    return action(file)
  })
}

/** Bytes that are read with the size, in one go: most headers are smaller. */
const firstBytes = 64 * 1024

class ByteFile implements ByteSource {
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
