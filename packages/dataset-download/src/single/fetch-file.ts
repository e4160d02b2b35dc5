/** One file by its own address, where the archive cannot be had in parts. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { PartialFile } from '../disk/partial-file.ts'
import { DownloadError } from '../download-error.ts'
import type { HttpResponse } from '../http/http-client.ts'
import { type RemoteFile, readResumably, type Version } from '../http/read-resumably.ts'
import type { ListedFile } from '../kaggle/list-files.ts'
import { maxCorruptFetches, type Session } from '../session.ts'
import { targetOf } from '../target-of.ts'
import type { Member } from '../zip/member.ts'
import { readDirectory } from '../zip/read-directory.ts'
import { unpackFile } from '../zip/unpack-member.ts'

/** Fetches a file; returns its size, or the error of one that stays damaged however often it is fetched. */
export async function fetchFile(file: ListedFile, session: Session): Promise<number | DownloadError> {
  for (let fetches = 1; ; fetches++) {
    try {
      return await fetchOnce(file, session)
    } catch (error) {
      if (!(error instanceof DownloadError && error.code === 'corrupt-file')) throw error
      if (fetches >= maxCorruptFetches) return error
    }
  }
}

async function fetchOnce({ path }: ListedFile, session: Session): Promise<number> {
  const { client, source, to, signal } = session
  const target = targetOf(to, path)
  const partial = await PartialFile.open(target, ({ start }) => start === 0)
  try {
    session.received(partial.length)
    await fetchToPartial({ api: source.fileUrl(client.endpoint, path), subject: source }, partial, session)
    await assertHash(partial, path).catch(async (error) => {
      session.received(-partial.length)
      await partial.remove()
      throw error
    })
    const wrapped = await findWrapped(partial.path, path)
    if (wrapped) {
      await unpackFile(partial.path, wrapped.offset, wrapped, target, signal).finally(() => partial.remove())
    } else {
      await rename(partial.path, target)
      await partial.removeNote()
    }
    session.finished()
    return (await stat(target)).size
  } finally {
    await partial.close()
  }
}

async function fetchToPartial(remote: RemoteFile, partial: PartialFile, session: Session): Promise<void> {
  const { client, newRetries } = session
  const known = partial.of?.version
  if (known && known.size !== null && partial.length === known.size) return
  let answer: { version: Version; md5: string | null } | undefined
  const onResponse = (response: HttpResponse, version: Version) => {
    answer = { version, md5: statedMd5(response) }
  }
  const options = { client, retries: newRetries(), start: partial.length, version: known, isPart: false, onResponse }
  for await (const { offset, bytes } of readResumably(remote, options)) {
    if (offset === 0 && answer) {
      session.received(-partial.length)
      await partial.restart({ ...answer, start: 0 })
    }
    await partial.write(offset, bytes)
    session.received(bytes.length)
  }
  // An empty file has no first piece.
  if (answer?.version.size === 0) await partial.restart({ ...answer, start: 0 })
  await partial.finish()
}

/** MD5 in base64, where the storage states that of the bytes which it sends. */
function statedMd5({ headers }: HttpResponse): string | null {
  if ((headers['x-goog-stored-content-encoding'] ?? 'identity') !== 'identity') return null
  return /(?:^|[,\s])md5=([A-Za-z0-9+/]{22}==)/.exec(headers['x-goog-hash'] ?? '')?.[1] ?? null
}

async function assertHash(partial: PartialFile, path: string): Promise<void> {
  const expected = partial.of?.md5
  if (!expected) return
  const hash = createHash('md5')
  for await (const chunk of createReadStream(partial.path)) hash.update(chunk)
  const received = hash.digest('base64')
  if (received === expected) return
  const message = `Expected MD5 ${expected} for ${path} but received ${received}. Start again; if it stays so, the file is damaged where it is kept.`
  throw new DownloadError('corrupt-file', message, { path, expected, received })
}

/** The file itself, where Kaggle sends it zipped: the one member of an archive, with its name. */
async function findWrapped(archive: string, path: string): Promise<Member | undefined> {
  if (/\.zip$/i.test(path)) return undefined
  const file = await open(archive, 'r')
  try {
    const readAt = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
      return buffer.subarray(0, bytesRead)
    }
    if ((await readAt(0, 4)).toString('latin1') !== 'PK\x03\x04') return undefined
    const members = await readDirectory(readAt, (await file.stat()).size, path)
    const name = (whole: string) => whole.split('/').at(-1)
    return members.length === 1 && name(members[0].path) === name(path) ? members[0] : undefined
  } catch (error) {
    if (error instanceof DownloadError) return undefined // not an archive but for its first bytes
    throw error
  } finally {
    await file.close()
  }
}
