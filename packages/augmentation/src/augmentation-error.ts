/** An option outside its range, or an image whose data do not match its size; `option` and `value` say which. */
export class AugmentationError extends Error {
  override readonly name = 'AugmentationError'
  readonly code: 'bad-option' | 'bad-image'
  readonly option: string
  readonly value: unknown

  constructor(code: 'bad-option' | 'bad-image', option: string, value: unknown, expected: string, remedy: string) {
    super(`Expected ${expected} for ${option} but received ${describe(value)}. ${remedy}`)
    this.code = code
    this.option = option
    this.value = value
  }
}

function describe(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
}
