/** What went wrong while an engine was opened or a function run. */
export type TensorEngineErrorCode =
  | 'bad-option'
  | 'engine-missing'
  | 'engine-broken'
  | 'node-unsupported'
  | 'device-unavailable'
  | 'unsupported-padding'

/** An engine or device that cannot be used; `details` has the values that the message names. */
export class TensorEngineError extends Error {
  override readonly name = 'TensorEngineError'
  readonly code: TensorEngineErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: TensorEngineErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
