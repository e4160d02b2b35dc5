/** What was wrong with a configuration, an input or a state dictionary. */
export type Yolov5ErrorCode =
  | 'invalid-config'
  | 'invalid-input'
  | 'invalid-label'
  | 'name-in-use'
  | 'state-names'
  | 'state-shape'

/** An error of the detector; `details` holds the values that the message names. */
export class Yolov5Error extends Error {
  override readonly name = 'Yolov5Error'
  readonly code: Yolov5ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: Yolov5ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
