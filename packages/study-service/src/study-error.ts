/** What was wrong with a call: a file that cannot be read is no error, it is part of the result. */
export type StudyErrorCode = 'bad-option' | 'bad-path' | 'no-files' | 'preprocess-mismatch'

/** Paths, options or a model that no study can be analyzed with; `details` has the values that the message names. */
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
