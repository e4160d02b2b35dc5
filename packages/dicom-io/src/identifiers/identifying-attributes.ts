/** Which values of a header, or letters in its pixels, may still tell who the patient is: PS3.15 Annex E, PS3.3 C.7.6.1.1. */
import type { DicomHeader } from '../header/dicom-header.ts'
import { findIdentifiers } from './find-identifiers.ts'

/** Read by those who train and evaluate; alone they name nobody (PS3.15 E.3.4, Retain Patient Characteristics Option). */
const characteristics: ReadonlySet<string> = new Set(['PatientAge', 'PatientSex'])

/** What a file says about its pixels: `YES` where they identify the patient. */
const pixelAttributes = [
  ['00280301', 'BurnedInAnnotation'],
  ['00280302', 'RecognizableVisualFeatures'],
] as const

/**
 * Keywords of the attributes by which an image may still identify its patient, each once, never their values: those of PS3.15's basic
 * profile that hold something, and Burned In Annotation or Recognizable Visual Features where they are `YES`.
 *
 * UIDs cannot be judged, age and sex alone identify nobody: they are left out. Where Patient Identity Removed (0012,0062) is
 * `YES`, so is what the profile allows to be replaced by a dummy value; what it removes counts still.
 *
 * @example
 * identifyingAttributes(await readHeader('1459541791.dcm')) // ['StudyDate', 'PatientName', 'BurnedInAnnotation']
 */
export function identifyingAttributes(header: DicomHeader): string[] {
  const { elements } = header
  const isRemoved = elements.text('00120062') === 'YES'
  const keywords = findIdentifiers(header)
    .filter(({ action }) => (isRemoved ? action === 'X' : !action.includes('U')))
    .map(({ keyword }) => keyword)
    .filter((keyword) => !characteristics.has(keyword))
  const inPixels = pixelAttributes.filter(([tag]) => isYes(elements.text(tag))).map(([, keyword]) => keyword)
  return [...new Set([...keywords, ...inPixels])]
}

/** In any case: a writer that does not write capitals means the same. */
function isYes(text: string | undefined): boolean {
  return text?.trim().toUpperCase() === 'YES'
}
