/** What went wrong, for programs; the message is for people. */
export type DataSplitErrorCode =
  | 'missing-file'
  | 'empty-file'
  | 'malformed-csv'
  | 'missing-column'
  | 'duplicate-column'
  | 'bad-value'
  | 'duplicate-image'
  | 'bad-option'
  | 'group-overlap'
  | 'duplicate-hash'

/** Where in a file an error was found, and the value that caused it. */
export interface DataSplitErrorDetails {
  readonly path?: string
  /** Line of the file, from 1; a quoted cell with line breaks counts each of them. */
  readonly line?: number
  readonly column?: string
  readonly value?: unknown
}

/** The one error of this package: a `code`, and the path, line, column and value where they are known. */
export class DataSplitError extends Error {
  override readonly name = 'DataSplitError'
  readonly code: DataSplitErrorCode
  readonly path?: string
  readonly line?: number
  readonly column?: string
  readonly value?: unknown

  constructor(code: DataSplitErrorCode, message: string, details: DataSplitErrorDetails = {}) {
    super(message)
    this.code = code
    Object.assign(this, details)
  }
}
