/** The argument of `focalLoss` that was invalid. */
export type FocalLossErrorCode =
  | 'invalid-logits'
  | 'invalid-targets'
  | 'invalid-alpha'
  | 'invalid-gamma'
  | 'invalid-label-smoothing'
  | 'invalid-reduction'

/** Thrown for an invalid argument of `focalLoss`; `details` holds `argument`, `expected` and `received`. */
export class FocalLossError extends Error {
  override readonly name = 'FocalLossError'
  readonly code: FocalLossErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: FocalLossErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** The error of one argument; its code is `invalid-` and the argument's name in kebab-case. */
export function invalidArgument(argument: string, expected: string, received: unknown, advice: string): FocalLossError {
  const code = `invalid-${argument.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` as FocalLossErrorCode
  const shown = String(received)
  return new FocalLossError(code, `Expected ${expected} for ${argument} but received ${shown}. ${advice}`, {
    argument,
    expected,
    received: shown,
  })
}
