/** Patients and breasts as numbers, which are counted and compared faster than texts of set, patient and side. */
import type { DataSetImage } from '../data-set/data-set-image.ts'

export interface BreastIndex {
  /** Of each image, from 0. */
  readonly patients: Int32Array
  /** Of each image: the patient and the side, the unit that is scored; images of an unknown side have one of their own. */
  readonly breasts: Int32Array
}

export function indexBreasts(images: readonly Pick<DataSetImage, 'set' | 'patientId' | 'laterality'>[]): BreastIndex {
  const patients = new Int32Array(images.length)
  const breasts = new Int32Array(images.length)
  const sets = new Map<string, Map<string, number>>()
  let count = 0
  for (const [at, { set, patientId, laterality }] of images.entries()) {
    let known = sets.get(set)
    if (known === undefined) {
      known = new Map()
      sets.set(set, known)
    }
    let patient = known.get(patientId)
    if (patient === undefined) {
      patient = count++
      known.set(patientId, patient)
    }
    patients[at] = patient
    breasts[at] = 3 * patient + (laterality === 'L' ? 0 : laterality === 'R' ? 1 : 2)
  }
  return { patients, breasts }
}
