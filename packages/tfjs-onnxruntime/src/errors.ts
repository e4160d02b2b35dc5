/** Errors of this package: data first, text made from it. */

export type EngineErrorCode =
  | 'unsupported-kernel'
  | 'unsupported-dtype'
  | 'symbolic-read'
  | 'bad-input'
  | 'bad-variable'
  | 'bad-output'
  | 'disposed'
  | 'provider'
  | 'too-large'
  | 'illegal-graph'
  | 'bad-state'

/** What went wrong while a function was traced, compiled or run. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode
  /** The values that the message is made from. */
  readonly values: Readonly<Record<string, unknown>>

  constructor(
    code: EngineErrorCode,
    message: string,
    values: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.values = values
  }
}
