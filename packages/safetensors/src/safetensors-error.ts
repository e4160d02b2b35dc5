/** What was wrong with a safetensors file, or with tensors that should become one. */
export type SafetensorsErrorCode =
  | 'truncated'
  | 'header-too-large'
  | 'header-invalid'
  | 'metadata-invalid'
  | 'dtype-unsupported'
  | 'shape-invalid'
  | 'offsets-invalid'
  | 'data-invalid'

/** An error of a safetensors file; `details` holds the values that the message names. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError'
  readonly code: SafetensorsErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: SafetensorsErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
