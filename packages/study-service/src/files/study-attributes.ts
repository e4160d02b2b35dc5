/** Attributes of patient and study that a report about them repeats (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2). */
import type { DicomHeader, TextVr } from '@mammokit/dicom-io'

/** Values by tag, as text. */
export type StudyAttributes = Readonly<Record<string, string>>

export const repeatedAttributes: readonly (readonly [tag: string, vr: TextVr])[] = [
  ['00080020', 'DA'],
  ['00080030', 'TM'],
  ['00080050', 'SH'],
  ['00080090', 'PN'],
  ['00081030', 'LO'],
  ['00100010', 'PN'],
  ['00100020', 'LO'],
  ['00100021', 'LO'],
  ['00100030', 'DA'],
  ['00100040', 'CS'],
  ['00101010', 'AS'],
  ['0020000D', 'UI'],
  ['00200010', 'SH'],
]

export function studyAttributes({ elements }: DicomHeader): StudyAttributes {
  return Object.fromEntries(
    repeatedAttributes.flatMap(([tag]) => {
      const value = elements.text(tag)
      return value === undefined ? [] : [[tag, value]]
    }),
  )
}
