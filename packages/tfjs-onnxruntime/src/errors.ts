/** Errors of this package: structured data, from which the text is made. */

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
  | 'failed-run'
  | 'illegal-graph'
  | 'bad-state'

/** What went wrong while a function was traced, compiled or run. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode
  /** The values that the message is made from. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: EngineErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.details = details
  }
}

/** The error for a run that ONNX Runtime failed to finish. */
export function failedRun(cause: unknown): EngineError {
  const reason = (cause instanceof Error ? cause.message : String(cause)).trim().replace(/\.+$/, '')
  return new EngineError(
    'failed-run',
    `Expected the run to succeed but received this error from ONNX Runtime: ${reason}. Check the inputs: indices, for example, must lie within their tensor.`,
    { reason },
    { cause },
  )
}
