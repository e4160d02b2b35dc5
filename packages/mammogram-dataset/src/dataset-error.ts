/** What went wrong, for a program to act upon. */
export type DatasetErrorCode =
  | 'invalid-options'
  | 'input-not-found'
  | 'preprocess-mismatch'
  | 'images-failed'
  | 'worker-failed'
  | 'image-missing'
  | 'image-unreadable'
  | 'image-altered'
  | 'image-size'
  | 'invalid-label'
  | 'aborted'

/** The error class of preprocessing, extraction and batches: `code` and `details` are the data, the message is made from them. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
  readonly code: DatasetErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: DatasetErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
