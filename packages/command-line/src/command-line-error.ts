/** Codes of `CommandLineError`. */
export type CommandLineErrorCode =
  | 'invalid-assignment'
  | 'invalid-config-file'
  | 'invalid-value'
  | 'interrupted'
  | 'repeated-key'
  | 'terminated'
  | 'unknown-key'
  | 'unreadable-config-file'

/** A command line or a configuration that cannot be used, or the signal that stopped a command. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError'
  readonly code: CommandLineErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: CommandLineErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
