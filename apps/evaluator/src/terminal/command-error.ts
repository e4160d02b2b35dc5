/** A failure that a user can do something about: one line that says what was expected, what was found and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
