/** What was wrong with a call of `focalLoss`. */
export type FocalLossErrorCode =
  | 'INVALID_LOGITS'
  | 'INVALID_TARGETS'
  | 'INVALID_ALPHA'
  | 'INVALID_GAMMA'
  | 'INVALID_LABEL_SMOOTHING'
  | 'INVALID_REDUCTION'

/** An argument that `focalLoss` cannot use; `code`, `argument`, `expected` and `received` say what the message says. */
export class FocalLossError extends Error {
  override readonly name = 'FocalLossError'
  readonly code: FocalLossErrorCode
  readonly argument: string
  readonly expected: string
  readonly received: string

  constructor(code: FocalLossErrorCode, argument: string, expected: string, received: unknown, advice: string) {
    const shown = typeof received === 'string' ? received : String(received)
    super(`Expected ${expected} for ${argument} but received ${shown}. ${advice}`)
    this.code = code
    this.argument = argument
    this.expected = expected
    this.received = shown
  }
}
