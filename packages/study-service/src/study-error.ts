/**
 * What was wrong with a call, or why a spool takes no object: a file of `analyzeStudies` that cannot be read is no error, it is part of the
 * result.
 *
 * `bad-object`, `too-large` and `too-many-objects` are about the object; with `spool-full` and `spool-closed` the same object may be
 * taken later. `bad-request`, `unauthorized` and the others with a status in `http/problem.ts` are about a request of HTTP.
 */
export type StudyErrorCode =
  | 'bad-method'
  | 'bad-object'
  | 'bad-option'
  | 'bad-path'
  | 'bad-request'
  | 'busy'
  | 'cannot-listen'
  | 'foreign-origin'
  | 'no-files'
  | 'not-answered'
  | 'not-found'
  | 'preprocess-mismatch'
  | 'removed'
  | 'spool-closed'
  | 'spool-full'
  | 'timeout'
  | 'too-large'
  | 'too-many-objects'
  | 'too-slow'
  | 'unauthorized'

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
