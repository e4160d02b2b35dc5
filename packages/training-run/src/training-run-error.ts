/** Codes of `TrainingRunError`. */
export type TrainingRunErrorCode =
  | 'file-invalid'
  | 'no-checkpoints'
  | 'run-in-use'
  | 'checkpoint-altered'
  | 'not-finite'
  | 'run-differs'
  | 'preprocess-mismatch'
  | 'predictions-mismatch'
  | 'predictions-differ'
  | 'predictions-outdated'
  | 'file-altered'
  | 'history-altered'

/** A run folder that cannot be read, or not be continued as asked: the message says what to do, `details` has the path and the values. */
export class TrainingRunError extends Error {
  override readonly name = 'TrainingRunError'
  readonly code: TrainingRunErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: TrainingRunErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
