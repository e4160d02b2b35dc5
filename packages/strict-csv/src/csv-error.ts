/** What went wrong, for programs; the message is for people. */
export type CsvErrorCode =
  | 'empty-file'
  | 'not-utf-8'
  | 'malformed-csv'
  | 'missing-column'
  | 'duplicate-column'
  | 'bad-value'
  | 'duplicate-value'
  | 'bad-option'

/** Where in a file an error was found, and the value that caused it. */
export interface CsvErrorDetails {
  readonly path?: string
  /** Line of the file, from 1; a quoted cell with line breaks counts each of them. */
  readonly line?: number
  /** Of a byte that is no text, from 0. */
  readonly offset?: number
  readonly column?: string
  readonly value?: unknown
}

/** The one error of this package: a `code`, and in `details` the path, line, column and value where they are known. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
  readonly code: CsvErrorCode
  readonly details: CsvErrorDetails

  constructor(code: CsvErrorCode, message: string, details: CsvErrorDetails = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
