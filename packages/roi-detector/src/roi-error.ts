/** The reason of an error, for programs; the message is for people. */
export type RoiErrorCode = 'invalid-image' | 'invalid-option' | 'not-yolov5' | 'model-unreadable' | 'runtime-missing'

/** Thrown by every function of this package; `details` holds the values that the message names. */
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
