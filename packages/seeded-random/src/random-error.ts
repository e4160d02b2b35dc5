/** Codes of `RandomError`. */
export type RandomErrorCode = 'bad-seed' | 'bad-name' | 'bad-value'

/** The one error of this package; `details` holds the values that the message names. */
export class RandomError extends Error {
  override readonly name = 'RandomError'
  readonly code: RandomErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: RandomErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
