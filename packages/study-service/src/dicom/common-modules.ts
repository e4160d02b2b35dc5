/** The modules that a report and a capture share: patient, study, series, equipment (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.2). */
import { type WritableElement, writeDicom } from '@mammokit/dicom-io'
import { repeatedAttributes, type StudyAttributes } from '../files/study-attributes.ts'
import { packageVersion } from '../version.ts'
import { type Item, text } from './content-item.ts'

/** What an object is and belongs to. */
export interface ObjectIdentity {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly seriesInstanceUid: string
  readonly modality: 'OT' | 'SR'
  readonly seriesNumber: number
  readonly seriesDescription: string
  readonly instanceNumber: number
  /** Of the weights: the serial number of the device that software is. */
  readonly modelHash: string
  readonly now: Date
}

/** Of attributes that an object can do without, in warnings. */
const names: Readonly<Record<string, string>> = {
  '00080020': 'study-date',
  '00080030': 'study-time',
  '00080050': 'accession-number',
  '00080090': 'referring-physician-name',
  '00081030': 'study-description',
  '00100010': 'patient-name',
  '00100021': 'issuer-of-patient-id',
  '00100030': 'patient-birth-date',
  '00100040': 'patient-sex',
  '00101010': 'patient-age',
  '00200010': 'study-id',
}

/** Attributes that must be there, be it without a value. */
const required: readonly string[] = [
  '00080020',
  '00080030',
  '00080050',
  '00080090',
  '00100010',
  '00100020',
  '00100030',
  '00100040',
  '00200010',
]

export function commonModules(attributes: StudyAttributes, identity: ObjectIdentity): Item {
  const { sopClassUid, sopInstanceUid, seriesInstanceUid, modality, seriesDescription, modelHash, now } = identity
  const { seriesNumber, instanceNumber } = identity
  const repeated = elementsOf(attributes).flatMap((element) => {
    if (element.value !== '' && isWritable(element)) return [element]
    return required.includes(element.tag) ? [{ ...element, value: '' }] : []
  })
  return [
    ...repeated,
    text('00080016', 'UI', sopClassUid),
    text('00080018', 'UI', sopInstanceUid),
    text('00080023', 'DA', dateOf(now)),
    text('00080033', 'TM', timeOf(now)),
    text('00080060', 'CS', modality),
    text('00080070', 'LO', 'MammoKit'),
    text('0008103E', 'LO', seriesDescription),
    text('00081090', 'LO', 'MammoKit study-service'),
    text('00181000', 'LO', modelHash),
    text('00181020', 'LO', packageVersion()),
    text('0020000E', 'UI', seriesInstanceUid),
    { tag: '00200011', vr: 'IS', value: seriesNumber },
    { tag: '00200013', vr: 'IS', value: instanceNumber },
  ]
}

/**
 * A warning for each value that a file had and its representation does not allow.
 *
 * @example
 * leftOutWarnings({ '00080050': 'more than sixteen characters' }) // ['dicom:accession-number-left-out']
 */
export function leftOutWarnings(attributes: StudyAttributes): string[] {
  return elementsOf(attributes).flatMap((element) => {
    const name = names[element.tag]
    return name === undefined || isWritable(element) ? [] : [`dicom:${name}-left-out`]
  })
}

/** Whether objects can repeat the Patient ID: without the one that the images have, they would be nobody's. */
export function hasWritablePatientId(attributes: StudyAttributes): boolean {
  return isWritable({ tag: '00100020', vr: 'LO', value: attributes['00100020'] ?? '' })
}

function elementsOf(attributes: StudyAttributes) {
  return repeatedAttributes.map(([tag, vr]) => ({ tag, vr, value: attributes[tag] ?? '' }))
}

function isWritable(element: WritableElement): boolean {
  const file = ['00080016', '00080018'].map((tag) => text(tag, 'UI', '2.25.1'))
  try {
    writeDicom([...file, element])
    return true
  } catch {
    return false
  }
}

/** Of this machine's time zone, as those of the study are of the hospital's. */
function dateOf(date: Date): string {
  return `${date.getFullYear()}${twoDigits(date.getMonth() + 1)}${twoDigits(date.getDate())}`
}

function timeOf(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join('')
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
