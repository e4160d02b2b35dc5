export type PhantomErrorCode =
  | 'invalid-option'
  | 'different-data-set'
  | 'encoder-failed'
  | 'cannot-write'
  | 'worker-failed'

/** `details` of an option out of its range and of a folder with another data set has `option` and `value`, of a file `path` and `systemCode`. */
export class PhantomError extends Error {
  override readonly name = 'PhantomError'
  readonly code: PhantomErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: PhantomErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
