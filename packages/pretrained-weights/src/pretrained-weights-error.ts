/** What was wrong with a name, a file, the hub or the way to it. */
export type PretrainedWeightsErrorCode =
  | 'unknown-weights'
  | 'offline'
  | 'hub-failed'
  | 'damaged'
  | 'bad-config'
  | 'not-safetensors'

/** Weights that cannot be had; `details` has the values that the message names. */
export class PretrainedWeightsError extends Error {
  override readonly name = 'PretrainedWeightsError'
  readonly code: PretrainedWeightsErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: PretrainedWeightsErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
