/** What a `MetricError` is about; stable across versions, unlike its text. */
export type MetricErrorCode =
  | 'length-mismatch'
  | 'empty'
  | 'bad-target'
  | 'bad-value'
  | 'no-positives'
  | 'no-negatives'
  | 'labels-disagree'
  | 'bad-option'
  | 'undefined-statistic'

/** Error of this package: a `code` to branch on and the `details` that its text is made from. */
export class MetricError extends Error {
  override readonly name = 'MetricError'
  readonly code: MetricErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: MetricErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
