export type AugmentationErrorCode = 'bad-option' | 'bad-image'

/** Thrown for an option outside its range or an image whose data do not match its size; `details` holds `option` and `value`. */
export class AugmentationError extends Error {
  override readonly name = 'AugmentationError'
  readonly code: AugmentationErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: AugmentationErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** The `bad-option` error of an option, from what it should be and what to do. */
export function badOption(option: string, value: unknown, expected: string, advice: string): AugmentationError {
  const received = Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
  return new AugmentationError('bad-option', `Expected ${expected} for ${option} but received ${received}. ${advice}`, {
    option,
    value,
  })
}
