/** What stopped a download. */
export type DownloadErrorCode =
  | 'access-denied'
  | 'archive-changed'
  | 'archive-truncated'
  | 'bad-archive'
  | 'bad-credentials'
  | 'bad-value'
  | 'certificate-refused'
  | 'connection-lost'
  | 'corrupt-file'
  | 'credentials-refused'
  | 'disk-full'
  | 'file-exists'
  | 'no-credentials'
  | 'no-match'
  | 'not-found'
  | 'other-source'
  | 'rate-limited'
  | 'rules-not-accepted'
  | 'server-failed'
  | 'server-refused'
  | 'unsafe-archive'
  | 'unsafe-redirect'

/** The one error of this package; `details` holds the values of its message (`url`, `status`, `path`, `missingBytes`, ...). */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
  readonly code: DownloadErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: DownloadErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
