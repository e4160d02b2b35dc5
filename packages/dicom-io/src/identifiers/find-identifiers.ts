/** Looks for what a de-identified file must not hold any more (PS3.15 Annex E, Basic Application Level Confidentiality Profile). */
import type { DicomHeader } from '../header/dicom-header.ts'
import type { DicomElements } from '../header/elements.ts'
import { basicProfile } from './basic-profile.ts'

/** An attribute of the profile that is present and not empty. Its value is not part of the finding. */
export interface Identifier {
  /** Eight hexadecimal digits: `'00100010'`. */
  readonly tag: string
  /** `PatientName`; for private attributes `Private`. */
  readonly keyword: string
  /**
   * What the profile asks for: D a dummy value, Z zero length, X removal, U another UID. A U cannot be judged from
   * the file: UIDs are always there.
   */
  readonly action: string
  /** Tags of the sequences around it, outermost first; empty at the top level. */
  readonly path: readonly string[]
}

/**
 * Lists the attributes of the basic confidentiality profile that are present and not empty, those inside sequences and
 * private ones included, in the order of the file. Pixels are not inspected; see `header.burnedInAnnotation`.
 *
 * @example
 * findIdentifiers(header).filter(({ action }) => action !== 'U').map(({ keyword }) => keyword) // ['PatientName']
 */
export function findIdentifiers(header: DicomHeader): Identifier[] {
  return search(header.elements, [])
}

function search(elements: DicomElements, path: readonly string[]): Identifier[] {
  return elements.tags.flatMap((tag) => {
    const element = elements.get(tag)!
    const known = describe(tag)
    const isEmpty = element.items.length === 0 && element.bytes.every((byte) => byte === 0 || byte === 0x20)
    const found = known === undefined || isEmpty ? [] : [{ tag, ...known, path }]
    return [...found, ...element.items.flatMap((item) => search(item, [...path, tag]))]
  })
}

function describe(tag: string): { keyword: string; action: string } | undefined {
  const entry = basicProfile[tag]
  if (entry !== undefined) return { keyword: entry[0], action: entry[1] }
  const group = Number.parseInt(tag.slice(0, 4), 16)
  if (group % 2 === 1) return { keyword: 'Private', action: 'X' }
  if (tag.startsWith('50')) return { keyword: 'CurveData', action: 'X' }
  if (/^60..3000$/.test(tag)) return { keyword: 'OverlayData', action: 'X' }
  if (/^60..4000$/.test(tag)) return { keyword: 'OverlayComments', action: 'X' }
  return undefined
}
