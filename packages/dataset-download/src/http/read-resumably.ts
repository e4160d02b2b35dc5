/** The bytes of a remote file, over as many connections as that takes. */
import { DownloadError } from '../download-error.ts'
import { explainNetworkError, explainStatus, type Subject } from './explain-failure.ts'
import { discard, type HttpClient, type HttpResponse, withoutQuery } from './http-client.ts'
import type { Retries } from './retries.ts'

/** What tells one version of a remote file from another. */
export interface Version {
  readonly etag: string | null
  readonly lastModified: string | null
  /** Bytes of the whole file; null where the server does not say. */
  readonly size: number | null
}

/** A remote file: the API's address of it, and what it redirected to, which is asked again until it expires. */
export interface RemoteFile {
  readonly api: URL
  readonly subject: Subject
  location?: URL | undefined
}

export interface ReadOptions {
  readonly client: HttpClient
  readonly retries: Retries
  readonly start: number
  /** Exclusive. @default the end of the file */
  readonly end?: number | undefined
  /** The version that bytes before `start`, or other parts, come from. */
  readonly version?: Version | undefined
  /** Whether another version is an error; otherwise it is read from its first byte. */
  readonly isPart: boolean
  /** Called with each answer before its bytes. */
  onResponse?(response: HttpResponse, version: Version): void
}

/** Some bytes and where they belong; `offset` returns to 0 where the file is read anew. */
export interface Piece {
  readonly offset: number
  readonly bytes: Buffer
  readonly version: Version
}

/**
 * Reads `[start, end)` and goes on where a connection was lost.
 *
 * @throws {DownloadError} `archive-changed` where `isPart` and the file is another one now; what `explainStatus` and `explainNetworkError` say.
 */
export async function* readResumably(remote: RemoteFile, options: ReadOptions): AsyncGenerator<Piece> {
  const { client, retries, start, end, isPart, onResponse } = options
  let { version } = options
  let at = start
  for (;;) {
    if (end !== undefined && at >= end) return
    try {
      const response = await ask(client, remote, { from: at, end, version })
      const found = versionOf(response)
      const isWhole = response.status === 200
      const isOther = response.status === 416 || (!isWhole && version !== undefined && differs(found, version))
      if (isPart && (isWhole || isOther)) throw discarding(response, changed(remote))
      if (isOther) {
        discard(response.body)
        at = 0
        version = undefined
        continue
      }
      if (isWhole) at = 0
      else if (rangeStart(response) !== at) throw discarding(response, wrongRange(response, at))
      version = found
      onResponse?.(response, found)
      const total = end ?? found.size
      try {
        for await (const bytes of response.body as AsyncIterable<Buffer>) {
          if (total !== null && at + bytes.length > total) throw wrongRange(response, at)
          if (!isWhole) retries.progressed()
          yield { offset: at, bytes, version }
          at += bytes.length
        }
      } finally {
        discard(response.body)
      }
      if (total === null || at === total) return
      throw explainNetworkError({ code: `its end after ${at} of ${total} bytes` }, response.url)
    } catch (error) {
      await retries.afterFailure(explainNetworkError(error, remote.location ?? remote.api))
      if (!isPart && (version === undefined || isUnversioned(version))) at = 0
    }
  }
}

/** One answer, of status 200, 206 or 416, from the last address or, where that one has expired, through the API. */
export async function ask(
  client: HttpClient,
  remote: RemoteFile,
  { from, end, version }: { from: number; end?: number | undefined; version?: Version | undefined },
): Promise<HttpResponse> {
  const last = end === undefined ? '' : String(end - 1)
  const condition = version && (strongTag(version.etag) ?? version.lastModified)
  const headers = {
    ...((from > 0 || end !== undefined) && { range: `bytes=${from}-${last}` }),
    ...(from > 0 && condition && { 'if-range': condition }),
  }
  const asked = remote.location ?? remote.api
  const response = await client.get(asked, headers)
  if ([200, 206, 416].includes(response.status)) {
    remote.location = response.url
    return response
  }
  if (asked.href !== remote.api.href && [400, 401, 403, 404, 410].includes(response.status)) {
    // A signed address has expired.
    discard(response.body)
    remote.location = undefined
    return ask(client, remote, { from, end, version })
  }
  throw await explainStatus(response, remote.subject, client)
}

/** The version that an answer is of. */
export function versionOf({ status, headers }: HttpResponse): Version {
  const total = status === 206 ? /\/(\d+)\s*$/.exec(headers['content-range'] ?? '')?.[1] : headers['content-length']
  return {
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    size: total === undefined ? null : Number(total),
  }
}

/** Whether two answers are of different files, by what both say. */
export function differs(a: Version, b: Version): boolean {
  return (['etag', 'lastModified', 'size'] as const).some(
    (key) => a[key] !== null && b[key] !== null && a[key] !== b[key],
  )
}

/** Whether nothing tells this version from another of its size. */
export function isUnversioned({ etag, lastModified }: Version): boolean {
  return strongTag(etag) === null && lastModified === null
}

/** A weak tag promises no equal bytes, so it is no condition of a range. */
function strongTag(etag: string | null): string | null {
  return etag?.startsWith('W/') ? null : etag
}

function rangeStart({ headers }: HttpResponse): number | undefined {
  const match = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')
  return match ? Number(match[1]) : undefined
}

function discarding<Result>({ body }: HttpResponse, result: Result): Result {
  discard(body)
  return result
}

function changed({ subject }: RemoteFile): DownloadError {
  const message = `Expected the archive of ${subject.name} that this download began with but received another one. Start again: what is still the same is kept.`
  return new DownloadError('archive-changed', message, { subject: subject.name })
}

function wrongRange({ url, headers }: HttpResponse, at: number): DownloadError {
  const received = headers['content-range'] ?? 'other bytes'
  const message = `Expected the bytes from ${at} of ${withoutQuery(url)} but received ${received}. A proxy may alter answers; start again.`
  return new DownloadError('server-failed', message, { url: withoutQuery(url), at })
}
