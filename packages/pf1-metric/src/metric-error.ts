/** The reason of a `MetricError`; stable across versions, unlike its message. */
export type MetricErrorCode =
  | 'length-mismatch'
  | 'empty'
  | 'bad-target'
  | 'bad-value'
  | 'no-positives'
  | 'no-negatives'
  | 'no-minimum'
  | 'labels-disagree'
  | 'bad-option'
  | 'undefined-statistic'

/** Thrown by every function of this package; `details` holds the values that the message names. */
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
