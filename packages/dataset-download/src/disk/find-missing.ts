/** Which files are there and whole: those that need not be fetched. */
import { stat } from 'node:fs/promises'
import { DownloadError } from '../download-error.ts'

export interface WantedFile {
  readonly path: string
  readonly size: number
}

export interface FindMissingOptions<File extends WantedFile> {
  targetOf(file: File): string
  /** Whether a file of the right size has the right bytes; only asked where the size is not enough. */
  hasContent?: ((path: string, file: File) => Promise<boolean>) | undefined
  /** Whether other files of the same name may be replaced, as they came from the same source. */
  readonly mayReplace: boolean
  onReplace(path: string): void
  readonly signal: AbortSignal
}

/** So many files are looked at together. */
const atOnce = 16

/**
 * The files to fetch, in their order.
 *
 * @throws {DownloadError} `file-exists` where a file of that name did not come from the source.
 */
export async function findMissing<File extends WantedFile>(
  files: readonly File[],
  options: FindMissingOptions<File>,
): Promise<File[]> {
  const missing: File[] = []
  for (let i = 0; i < files.length; i += atOnce) {
    options.signal.throwIfAborted()
    const some = files.slice(i, i + atOnce)
    const there = await Promise.all(some.map((file) => isWhole(file, options)))
    missing.push(...some.filter((_, j) => !there[j]))
  }
  return missing
}

async function isWhole<File extends WantedFile>(file: File, options: FindMissingOptions<File>): Promise<boolean> {
  const path = options.targetOf(file)
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return false
  const isSame =
    found.isFile() && found.size === file.size && (!options.hasContent || (await options.hasContent(path, file)))
  if (isSame) return true
  if (!options.mayReplace || !found.isFile()) {
    const received = found.isFile() ? `another file of ${found.size} bytes` : 'a folder'
    const message = `Expected no file at ${path}, or the ${file.size} bytes of the source, but received ${received}. Move it away, or choose another folder.`
    throw new DownloadError('file-exists', message, { path, size: found.size })
  }
  options.onReplace(path)
  return false
}
