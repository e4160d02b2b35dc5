/** What was wrong with a safetensors file, or with tensors that should become one. */
export type SafetensorsErrorCode =
  | 'TRUNCATED'
  | 'HEADER_TOO_LARGE'
  | 'HEADER_INVALID'
  | 'METADATA_INVALID'
  | 'DTYPE_UNSUPPORTED'
  | 'SHAPE_INVALID'
  | 'OFFSETS_INVALID'
  | 'DATA_INVALID'

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
