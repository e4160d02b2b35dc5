/** What went wrong, for programs; the message is for people. */
export type ScreeningDataErrorCode =
  | 'no-images'
  | 'no-labels'
  | 'no-test-csv'
  | 'prediction-ids-differ'
  | 'unknown-set'
  | 'ambiguous-set'
  | 'bad-lesions'
  | 'bad-option'
  | 'missing-column'
  | 'duplicate-column'
  | 'group-overlap'
  | 'duplicate-hash'
  | 'one-class'
  | 'no-published-split'
  | 'published-overlap'
  | 'adjustments-differ'
  | 'mangled-ids'
  | 'patient-mismatch'
  | 'too-many-left-out'
  | 'preprocess-mismatch'
  | 'outdated-manifest'

/** The one error of this package: a `code`, and in `details` the values that it is about. Files that are no CSV throw strict-csv's CsvError. */
export class ScreeningDataError extends Error {
  override readonly name = 'ScreeningDataError'
  readonly code: ScreeningDataErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ScreeningDataErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
