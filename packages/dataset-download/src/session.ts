/** What all parts of one download share. */
import type { DownloadNotice } from './download-options.ts'
import type { HttpClient } from './http/http-client.ts'
import type { Retries } from './http/retries.ts'
import type { KaggleSource } from './kaggle/kaggle-source.ts'

export interface Session {
  readonly client: HttpClient
  readonly source: KaggleSource
  /** Folder that receives the files. */
  readonly to: string
  readonly signal: AbortSignal
  /** Whether small files go to the disk one by one, and not together at the end. */
  readonly flush: boolean
  /** Failures are counted for each file, or group of files, of its own. */
  newRetries(): Retries
  notify(notice: DownloadNotice): void
  /** Bytes that came, less than 0 where some have to come again. */
  received(bytes: number): void
  /** A file is there whole. */
  finished(): void
}

/** How often a file is fetched whose bytes are not those that were announced. */
export const maxCorruptFetches = 3
