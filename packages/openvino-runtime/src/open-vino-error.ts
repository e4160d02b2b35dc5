/** What went wrong with OpenVINO, for programs; the message is for people. */
export type OpenVinoErrorCode =
  | 'bad-option'
  | 'koffi-missing'
  | 'library-missing'
  | 'unsupported-version'
  | 'stack-too-small'
  | 'unsupported-precision'
  | 'not-a-model'
  | 'unsupported-type'
  | 'bad-input'
  | 'failed-run'
  | 'released'

/** The one error of this package; `details` has the values that the message names. */
export class OpenVinoError extends Error {
  override readonly name = 'OpenVinoError'
  readonly code: OpenVinoErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: OpenVinoErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options: ErrorOptions = {},
  ) {
    super(message, options)
    this.code = code
    this.details = details
  }
}
