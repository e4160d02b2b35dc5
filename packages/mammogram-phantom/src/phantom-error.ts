export type PhantomErrorCode = 'invalid-option' | 'different-data-set' | 'encoder-failed' | 'worker-failed'

/** Thrown for an option out of its range or a folder that holds another data set; `details` holds `option` and `value`. */
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
