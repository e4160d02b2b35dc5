/** Frames are numbered from 0. */
import { describeValue } from '../describe-value.ts'
import { DicomError } from '../dicom-error.ts'

/** @throws {DicomError} `invalid-argument` for a frame that the image does not have. */
export function checkFrameIndex(index: number, numberOfFrames: number): void {
  if (Number.isInteger(index) && index >= 0 && index < numberOfFrames) return
  const expected = numberOfFrames === 1 ? '0' : `0 to ${numberOfFrames - 1}`
  throw new DicomError(
    'invalid-argument',
    `Expected ${expected} for index but received ${describeValue(index)}. The image has ${numberOfFrames} frame(s).`,
  )
}
