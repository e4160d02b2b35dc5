export type EvaluatorErrorCode =
  | 'predictions-differ'
  | 'result-differs'
  | 'export-differs'
  | 'folder-taken'
  | 'folds-differ'
  | 'no-images'
  | 'not-in-timm'
  | 'patients-seen'
  | 'precision-differs'
  | 'runs-differ'
  | 'shuffled-labels'
  | 'splits-differ'
  | 'tested-already'
  | 'thread-failed'

/** What a command was given cannot be used: what was expected, what was received and what to do. */
export class EvaluatorError extends Error {
  override readonly name = 'EvaluatorError'
  readonly code: EvaluatorErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: EvaluatorErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
