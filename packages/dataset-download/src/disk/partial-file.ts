/** A file on its way: its bytes in `<target>.partial`, and what they are of in `<target>.partial.json`. */
import { type FileHandle, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeJsonAtomic } from '@mammokit/atomic-files'
import type { Version } from '../http/read-resumably.ts'
import { partialSuffixes } from '../zip/safe-names.ts'

export interface PartialOf {
  readonly version: Version
  /** The part of the remote file, from its first byte. */
  readonly start: number
  /** As x-goog-hash states it, in base64. */
  readonly md5: string | null
}

export class PartialFile {
  readonly path: string
  readonly #notePath: string
  #file: FileHandle | undefined
  #length = 0
  of: PartialOf | undefined

  private constructor(target: string) {
    this.path = `${target}.partial`
    this.#notePath = `${target}.partial.json`
  }

  /** Bytes that are there and count. */
  get length(): number {
    return this.#length
  }

  /** Opens what an earlier start left, if it is the same part of the same version. */
  static async open(target: string, isSame: (found: PartialOf) => boolean): Promise<PartialFile> {
    const partial = new PartialFile(target)
    await mkdir(dirname(target), { recursive: true })
    const found = await readNote(partial.#notePath)
    if (found && isSame(found)) {
      partial.of = found
      partial.#length = await stat(partial.path).then(
        ({ size }) => size,
        () => 0,
      )
    }
    return partial
  }

  /** Begins anew, for another version. */
  async restart(of: PartialOf): Promise<void> {
    await this.close()
    await rm(this.path, { force: true })
    await writeJsonAtomic(this.#notePath, of)
    this.of = of
    this.#length = 0
  }

  async write(position: number, bytes: Buffer): Promise<void> {
    this.#file ??= await open(this.path, this.#length === 0 ? 'w' : 'r+')
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
    this.#length = position + bytes.length
  }

  /** On the disk, and closed. */
  async finish(): Promise<void> {
    if (this.#length === 0 && !this.#file) this.#file = await open(this.path, 'w')
    await this.#file?.sync()
    await this.close()
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await rm(this.path, { force: true })
    await this.removeNote()
  }

  /** Where the bytes have become the file itself. */
  async removeNote(): Promise<void> {
    await rm(this.#notePath, { force: true })
  }
}

/** Clears what a kill left beside a file that has its name. */
export async function removeLeftovers(target: string): Promise<void> {
  for (const suffix of partialSuffixes) await rm(`${target}${suffix}`, { force: true })
}

async function readNote(path: string): Promise<PartialOf | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PartialOf
  } catch {
    return undefined
  }
}
