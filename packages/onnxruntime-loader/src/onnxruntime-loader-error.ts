/** Why ONNX Runtime could not be loaded. */
export type OnnxRuntimeLoaderErrorCode = 'bad-option' | 'unsupported-platform' | 'not-installed' | 'load-failed'

/** The one error of this package; `details` holds the platform and what was found. */
export class OnnxRuntimeLoaderError extends Error {
  override readonly name = 'OnnxRuntimeLoaderError'
  readonly code: OnnxRuntimeLoaderErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: OnnxRuntimeLoaderErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options: ErrorOptions = {},
  ) {
    super(message, options)
    this.code = code
    this.details = details
  }
}
