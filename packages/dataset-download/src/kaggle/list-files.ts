/** The files of a source as the API lists them, page by page. */
import { DownloadError } from '../download-error.ts'
import { explainNetworkError, explainStatus } from '../http/explain-failure.ts'
import type { HttpClient } from '../http/http-client.ts'
import type { Retries } from '../http/retries.ts'
import type { KaggleSource } from './kaggle-source.ts'

export interface ListedFile {
  readonly path: string
  readonly size: number
}

interface ListPage {
  readonly files?: readonly ListEntry[]
  readonly datasetFiles?: readonly ListEntry[]
  readonly nextPageToken?: string | null
}

interface ListEntry {
  readonly name?: string | null
  readonly ref?: string | null
  readonly totalBytes?: number
}

/** @throws {DownloadError} what `explainStatus` says, and `server-refused` for a page that cannot be read. */
export async function listFiles(client: HttpClient, source: KaggleSource, retries: Retries): Promise<ListedFile[]> {
  const files: ListedFile[] = []
  const seen = new Set<string>()
  for (let token: string | undefined; ; ) {
    const { entries, next } = await readPage(client, source, retries, token)
    files.push(...entries)
    // An empty page with a token is no end: Kaggle gives such pages for large competitions.
    if (!next) return files
    if (seen.has(next)) throw unreadable(source, 'the same page twice')
    seen.add(next)
    token = next
  }
}

async function readPage(
  client: HttpClient,
  source: KaggleSource,
  retries: Retries,
  token: string | undefined,
): Promise<{ entries: ListedFile[]; next: string | undefined }> {
  const url = source.listUrl(client.endpoint, token)
  for (;;) {
    try {
      const response = await client.get(url)
      if (response.status !== 200) throw await explainStatus(response, source, client)
      const chunks: Buffer[] = []
      for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(chunk)
      retries.progressed()
      return parsePage(Buffer.concat(chunks).toString('utf8'), source)
    } catch (error) {
      await retries.afterFailure(explainNetworkError(error, url))
    }
  }
}

function parsePage(text: string, source: KaggleSource): { entries: ListedFile[]; next: string | undefined } {
  let page: ListPage
  try {
    page = JSON.parse(text)
  } catch {
    throw unreadable(source, 'text that is not JSON')
  }
  const listed = page?.files ?? page?.datasetFiles
  if (!Array.isArray(listed)) throw unreadable(source, 'no list of files')
  const entries = listed.map(({ name, ref, totalBytes = 0 }: ListEntry) => {
    const path = name || ref
    if (!path || !Number.isSafeInteger(totalBytes) || totalBytes < 0)
      throw unreadable(source, 'a file without name or size')
    return { path, size: totalBytes }
  })
  return { entries, next: page.nextPageToken || undefined }
}

function unreadable({ name }: KaggleSource, received: string): DownloadError {
  const message = `Expected a page of the files of ${name} but received ${received}. Check the endpoint and the proxy, and start again.`
  return new DownloadError('server-refused', message, { subject: name })
}
