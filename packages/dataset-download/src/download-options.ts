import type { Credentials } from './credentials.ts'
import { DownloadError } from './download-error.ts'
import type { DatasetSource } from './kaggle/kaggle-source.ts'

/** Bytes and files of what was missing at the start. */
export interface DownloadProgress {
  readonly receivedBytes: number
  readonly totalBytes: number
  readonly files: number
  readonly totalFiles: number
}

/** Something that a person should know and that stops nothing. */
export interface DownloadNotice {
  readonly kind: 'waiting' | 'key-readable' | 'file-by-file' | 'replaced' | 'archive-changed'
  /** A sentence. */
  readonly message: string
  /** Of `waiting`: how long. */
  readonly seconds?: number
}

/** Options of `download`. */
export interface DownloadOptions {
  readonly source: DatasetSource
  /** Folder that receives the files, by the names that they have in the source. */
  readonly to: string
  /** Patterns as in a .gitignore file: `*.csv`, `train_images/10006`. @default every file */
  readonly files?: readonly string[]
  /** @default what `findCredentials` finds */
  readonly credentials?: Credentials | undefined
  /** Where the API is, for a mirror. @default 'https://www.kaggle.com' */
  readonly endpoint?: string
  /** Requests at a time, 1 to 32. @default 4 */
  readonly connections?: number
  /** Failures in a row, without a byte between them, after which an error is final; 0 to 100. @default 8 */
  readonly retries?: number
  /** Wait before the first new attempt, milliseconds, 0 to 60,000; it doubles with each. @default 500 */
  readonly retryDelayMs?: number
  /** Milliseconds without a byte after which a connection counts as lost, 1 to 600,000. @default 60_000 */
  readonly timeoutMs?: number
  /** Compare files that are there by their bytes and not only by their size. @default false */
  readonly verify?: boolean
  readonly signal?: AbortSignal | undefined
  onProgress?(progress: DownloadProgress): void
  onNotice?(notice: DownloadNotice): void
}

export interface ResolvedOptions {
  readonly endpoint: URL
  readonly connections: number
  readonly retries: number
  readonly retryDelayMs: number
  readonly timeoutMs: number
}

/** @throws {DownloadError} `bad-value` */
export function resolveOptions(options: DownloadOptions): ResolvedOptions {
  const { connections = 4, retries = 8, retryDelayMs = 500, timeoutMs = 60_000 } = options
  assertInteger('connections', connections, 1, 32)
  assertInteger('retries', retries, 0, 100)
  assertInteger('retryDelayMs', retryDelayMs, 0, 60_000)
  assertInteger('timeoutMs', timeoutMs, 1, 600_000)
  return {
    endpoint: parseEndpoint(options.endpoint ?? 'https://www.kaggle.com'),
    connections,
    retries,
    retryDelayMs,
    timeoutMs,
  }
}

/** A key is sent over http to this machine only. */
function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url !== undefined && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))) return url
  const message = `Expected an https address (http on this machine only) for endpoint but received ${JSON.stringify(text)}. Correct it, or leave it out for Kaggle's own.`
  throw new DownloadError('bad-value', message, { name: 'endpoint', value: text })
}

function assertInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  const message = `Expected an integer from ${min} to ${max} for ${name} but received ${value}. Correct it or leave it out.`
  throw new DownloadError('bad-value', message, { name, value })
}
