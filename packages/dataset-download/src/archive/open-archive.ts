/** The archive of a whole source, where its server gives parts of it. */
import { createHash } from 'node:crypto'
import { DownloadError } from '../download-error.ts'
import { explainNetworkError } from '../http/explain-failure.ts'
import { discard } from '../http/http-client.ts'
import { ask, type RemoteFile, readResumably, type Version, versionOf } from '../http/read-resumably.ts'
import type { Session } from '../session.ts'
import type { Member } from '../zip/member.ts'
import { readDirectory } from '../zip/read-directory.ts'

export interface Archive {
  readonly remote: RemoteFile
  readonly version: Version
  readonly members: readonly Member[]
  /** SHA-256 of the names, sizes and checksums of all members. */
  readonly digest: string
}

/** How an archive begins, and an empty one. */
const signatures = ['PK\x03\x04', 'PK\x05\x06']

/** Undefined where there is none, or its server gives no parts of it: then files are fetched one by one. */
export async function openArchive(session: Session): Promise<Archive | undefined> {
  const { client, source, newRetries } = session
  const remote: RemoteFile = { api: source.archiveUrl(client.endpoint), subject: source }
  const version = await probe(session, remote)
  if (version?.size == null) return undefined
  const readAt = async (position: number, length: number) => {
    const bytes = Buffer.allocUnsafe(length)
    const part = { client, retries: newRetries(), start: position, end: position + length, version, isPart: true }
    for await (const piece of readResumably(remote, part)) piece.bytes.copy(bytes, piece.offset - position)
    return bytes
  }
  const members = await readDirectory(readAt, version.size, source.name)
  return { remote, version, members, digest: digestOf(members) }
}

/** The version of the archive if its first bytes, asked for alone, come alone and are those of a ZIP archive. */
async function probe({ client, newRetries }: Session, remote: RemoteFile): Promise<Version | undefined> {
  const retries = newRetries()
  for (;;) {
    try {
      const response = await ask(client, remote, { from: 0, end: 4 })
      const bytes: Buffer[] = []
      if (response.status === 206) for await (const chunk of response.body as AsyncIterable<Buffer>) bytes.push(chunk)
      discard(response.body)
      return signatures.includes(Buffer.concat(bytes).toString('latin1')) ? versionOf(response) : undefined
    } catch (error) {
      // Whether the source itself is known, the list of its files will say.
      if (error instanceof DownloadError && ['not-found', 'server-refused'].includes(error.code)) return undefined
      await retries.afterFailure(explainNetworkError(error, remote.location ?? remote.api))
    }
  }
}

function digestOf(members: readonly Member[]): string {
  const hash = createHash('sha256')
  for (const { path, size, crc32 } of members) hash.update(`${path}\0${size}\0${crc32}\n`)
  return hash.digest('hex')
}
