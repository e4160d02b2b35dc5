/** The directory at the end of a ZIP archive, read from wherever its bytes are; ZIP64 included. */
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'
import { DownloadError } from '../download-error.ts'
import type { Member } from './member.ts'

/** Reads `length` bytes from `position`. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>

/** So much is read at once: the directory of 10,000 files. */
const windowBytes = 1 << 20
/** The end of the directory is within the last 64 KiB and a little. */
const tailBytes = 66_000
/** Their list is kept in memory, about 200 bytes each. */
const maxMembers = 5_000_000

/**
 * The members in the order of their bytes, folders left out.
 *
 * @throws {DownloadError} `archive-truncated`, `bad-archive`, `unsafe-archive` (links, encrypted or overlapping members; names are for `assertSafeNames`)
 */
export async function readDirectory(readAt: ReadAt, size: number, name: string): Promise<Member[]> {
  const reader = new WindowReader(readAt, size)
  const entries: { entry: Slim; offset: number }[] = []
  let directory: number
  try {
    const zip = await fromRandomAccessReaderPromise(reader, size, { autoClose: false })
    directory = zip.readEntryCursor as unknown as number
    if (zip.entryCount > maxMembers) throw unsafe(name, `${zip.entryCount} members`, {})
    for await (const entry of zip.eachEntry()) {
      entries.push({ entry: slim(entry, name), offset: entry.relativeOffsetOfLocalHeader })
    }
  } catch (error) {
    throw explainZipError(reader.failure ?? error, name)
  }
  entries.sort((a, b) => a.offset - b.offset)
  const members = entries.map(({ entry, offset }, i) => ({
    ...entry,
    offset,
    end: entries[i + 1]?.offset ?? directory,
  }))
  for (const { path, offset, end, compressedSize } of members) {
    if (offset + 30 + compressedSize > end) throw unsafe(name, `overlapping members at ${path}`, { path })
  }
  return members.filter(({ path }) => !path.endsWith('/'))
}

type Slim = Omit<Member, 'offset' | 'end'>

/** What is needed of an entry: 60,000 whole ones would take 100 MB. */
function slim(entry: Entry, name: string): Slim {
  const { fileName: path, compressedSize, uncompressedSize: size, crc32, compressionMethod } = entry
  const type = (entry.externalFileAttributes >>> 16) & 0o170000
  const madeOnUnix = entry.versionMadeBy >>> 8 === 3
  if (madeOnUnix && type !== 0 && type !== 0o100000 && type !== 0o040000)
    throw unsafe(name, `a link or a device at ${path}`, { path })
  if (entry.isEncrypted()) throw unsafe(name, `an encrypted file at ${path}`, { path })
  if (compressionMethod !== 0 && compressionMethod !== 8) {
    const message = `Expected stored or deflated files in ${name} but received compression method ${compressionMethod} at ${path}. Fetch and unpack it by other means.`
    throw new DownloadError('bad-archive', message, { path, compressionMethod })
  }
  // Deflate makes at most 1,032 bytes of one: what says more lies.
  if (size > 1032 * compressedSize + 1032)
    throw unsafe(name, `${size} bytes out of ${compressedSize} at ${path}`, { path })
  return { path, compressedSize, size, crc32, isDeflated: compressionMethod === 8 }
}

/** Gives yauzl the small pieces that it asks for from large ones. */
class WindowReader extends RandomAccessReader {
  failure: unknown
  readonly #readAt: ReadAt
  readonly #size: number
  #start = 0
  #window: Buffer = Buffer.alloc(0)

  constructor(readAt: ReadAt, size: number) {
    super()
    this.#readAt = readAt
    this.#size = size
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#fill(position, length).then(
      () => {
        this.#window.copy(buffer, offset, position - this.#start, position - this.#start + length)
        callback(null)
      },
      (error) => {
        this.failure = error
        callback(error)
      },
    )
  }

  async #fill(position: number, length: number): Promise<void> {
    if (position >= this.#start && position + length <= this.#start + this.#window.length) return
    if (position < 0 || position + length > this.#size)
      throw new DownloadError('archive-truncated', truncation('an archive', `${this.#size} bytes`), {})
    const isTail = position + length > this.#size - tailBytes
    const start = isTail ? Math.min(position, Math.max(0, this.#size - tailBytes)) : position
    this.#window = await this.#readAt(
      start,
      Math.min(this.#size - start, Math.max(windowBytes, position + length - start)),
    )
    this.#start = start
  }
}

/** The error of yauzl in the words of this package. */
function explainZipError(error: unknown, name: string): unknown {
  if (error instanceof DownloadError && error.code !== 'archive-truncated') return error
  const received = error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
  if (error instanceof DownloadError || /End of central directory|unexpected EOF|end of file/i.test(received))
    return new DownloadError('archive-truncated', truncation(name, 'one without its end'), {})
  // Names that lead out of the folder are yauzl's to refuse.
  if (/^(?:absolute|invalid relative) path|invalid characters in fileName/.test(received))
    return unsafe(name, received, {})
  const message = `Expected a ZIP archive of ${name} but received a damaged one (${received}). Start again; if it stays so, fetch single files with a pattern.`
  return new DownloadError('bad-archive', message, { received })
}

function truncation(name: string, received: string): string {
  return `Expected the whole archive of ${name} but received ${received}. It was cut short where it is kept: try again later.`
}

function unsafe(name: string, received: string, details: Readonly<Record<string, unknown>>): DownloadError {
  const message = `Expected plain files within one folder in ${name} but received ${received}. Nothing of it was written; do not trust it.`
  return new DownloadError('unsafe-archive', message, details)
}
