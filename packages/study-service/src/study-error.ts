/**
 * What was wrong with a call, or why a spool takes no object: a file of `analyzeStudies` that cannot be read is no error, it is part of the
 * result.
 *
 * `bad-object`, `too-large` and `too-many-objects` are about the object; with `spool-full` and `spool-closed` the same object may be
 * taken later.
 */
export type StudyErrorCode =
  | 'bad-object'
  | 'bad-option'
  | 'bad-path'
  | 'no-files'
  | 'preprocess-mismatch'
  | 'spool-closed'
  | 'spool-full'
  | 'timeout'
  | 'too-large'
  | 'too-many-objects'

/** What no study can be analyzed or received with; `details` has the values that the message names. */
export class StudyError extends Error {
  override readonly name = 'StudyError'
  readonly code: StudyErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: StudyErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
