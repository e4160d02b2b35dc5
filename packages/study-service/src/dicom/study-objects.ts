import type { Overlay } from '../answer/answer-image.ts'
import type { ImageFacts } from '../files/read-facts.ts'
import type { StudyResult } from '../result/result-schema.ts'

/** Takes what a study's DICOM objects are made of, as it comes. */
export interface StudyObjects {
  capture(overlay: Overlay, facts: ImageFacts): Promise<void>
  /** The study with a warning for each kind of object that could not be made. */
  report(study: StudyResult): Promise<StudyResult>
}
