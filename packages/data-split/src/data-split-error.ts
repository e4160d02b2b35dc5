/** What went wrong, for programs; the message is for people. */
export type DataSplitErrorCode = 'bad-option' | 'group-overlap'

/** The one error of this package: a `code`, and in `details` the value that caused it. */
export class DataSplitError extends Error {
  override readonly name = 'DataSplitError'
  readonly code: DataSplitErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: DataSplitErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
