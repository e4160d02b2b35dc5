/** What went wrong, for a program to act upon. */
export type PreprocessErrorCode = 'invalid-options' | 'image-unreadable' | 'not-admitted'

/** The error class of this package: `code` and `details` are the data, the message is made from them. */
export class PreprocessError extends Error {
  override readonly name = 'PreprocessError'
  readonly code: PreprocessErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: PreprocessErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
