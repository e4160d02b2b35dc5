/** What was wrong with a configuration, an input or a state dictionary. */
export type SeResNeXtErrorCode =
  | 'invalid-config'
  | 'invalid-input'
  | 'unknown-model'
  | 'name-in-use'
  | 'state-names'
  | 'state-shape'
  | 'state-dtype'

/** An error of the network; `details` holds the values that the message names. */
export class SeResNeXtError extends Error {
  override readonly name = 'SeResNeXtError'
  readonly code: SeResNeXtErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: SeResNeXtErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
