/** What was wrong with a configuration, an input or a state dictionary. */
export type SeResNeXtErrorCode =
  | 'INVALID_CONFIG'
  | 'INVALID_INPUT'
  | 'INVALID_SEED'
  | 'NAME_IN_USE'
  | 'STATE_NAMES'
  | 'STATE_SHAPE'
  | 'STATE_DTYPE'

/** An error of the network; `details` holds the values that the message names. */
export class SeResNeXtError extends Error {
  override readonly name = 'SeResNeXtError'
  readonly code: SeResNeXtErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: SeResNeXtErrorCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(message)
    this.code = code
    this.details = details
  }
}
