/** What a `MetricError` is about; stable across versions, unlike its text. */
export type MetricErrorCode =
  | 'LENGTH_MISMATCH'
  | 'EMPTY'
  | 'BAD_TARGET'
  | 'BAD_VALUE'
  | 'NO_POSITIVES'
  | 'NO_NEGATIVES'
  | 'LABELS_DISAGREE'
  | 'BAD_OPTION'
  | 'UNDEFINED_STATISTIC'

/** Error of this package: a `code` to branch on and the `values` that its text is made from. */
export class MetricError extends Error {
  override readonly name = 'MetricError'
  readonly code: MetricErrorCode
  readonly values: Readonly<Record<string, unknown>>

  constructor(code: MetricErrorCode, message: string, values: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.values = values
  }
}
