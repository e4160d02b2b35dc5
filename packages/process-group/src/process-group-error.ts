/** What went wrong in a group of processes, for programs; the message is for people. */
export type ProcessGroupErrorCode =
  | 'bad-option'
  | 'koffi-missing'
  | 'mpi-missing'
  | 'mpi-unknown'
  | 'mpi-failed'
  | 'size-differs'
  | 'stack-too-small'
  | 'timed-out'
  | 'left'

/** A group of processes that cannot be joined, or in which one no longer answers; `details` has the values that the message names. */
export class ProcessGroupError extends Error {
  override readonly name = 'ProcessGroupError'
  readonly code: ProcessGroupErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ProcessGroupErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
