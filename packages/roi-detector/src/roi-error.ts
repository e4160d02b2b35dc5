/** What went wrong, for a program to act upon. */
export type RoiErrorCode = 'invalid-image' | 'invalid-option' | 'not-yolov5' | 'model-unreadable'

/** The one error class of this package: `code` and `details` are the data, the message is made from them. */
export class RoiError extends Error {
  override readonly name = 'RoiError'
  readonly code: RoiErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: RoiErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
