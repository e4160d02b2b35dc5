/** The leak check of a split: patients and copies of images that are in several subsets. */
import { findLeaks } from '@mammokit/data-split'
import { ScreeningDataError } from '../screening-data-error.ts'
import { hashesOf } from './split-rows.ts'

/** A row with the part that it is in. */
export interface PlacedRow {
  readonly patientId: string
  readonly imageId: string
  readonly subset: string
}

/** Options of `assertDisjointSubsets`. */
export interface DisjointOptions {
  /** Hash of pixels or file by image id; images without one are not compared. @default none */
  readonly hashes?: ReadonlyMap<string, string>
  /** The file that the rows come from, named in the error. */
  readonly path?: string
}

/**
 * Throws unless every patient, and every hash given, is in one subset only.
 *
 * @throws ScreeningDataError `group-overlap` (a patient) or `duplicate-hash` (an image under two ids)
 * @example
 * assertDisjointSubsets(splitRows(rows)) // returns nothing
 */
export function assertDisjointSubsets(rows: readonly PlacedRow[], { hashes, path }: DisjointOptions = {}): void {
  const subsets = rows.map(({ subset }) => subset)
  const patients = findLeaks(
    subsets,
    rows.map(({ patientId }) => patientId),
  )
  const copies = hashes ? findLeaks(subsets, hashesOf(rows, hashes)) : []
  const [leak] = [...patients, ...copies]
  if (leak === undefined) return
  const more = patients.length + copies.length - 1
  const others = more > 0 ? ` (and ${more} more)` : ''
  const imageIds = leak.rows.map((row) => rows[row].imageId)
  const images = imageIds.slice(0, 4).join(', ') + (imageIds.length > 4 ? ', ...' : '')
  const where = path === undefined ? '' : ` in ${path}`
  const received = `received ${leak.parts.join(' and ')} (images ${images})${others}`
  const details = { leak: leak.group, subsets: leak.parts, imageIds }
  if (patients.length > 0) {
    throw new ScreeningDataError(
      'group-overlap',
      `Expected one subset for patient ${leak.group}${where} but ${received}. Split by patient: mammokit-trainer split, or splitRows.`,
      details,
    )
  }
  throw new ScreeningDataError(
    'duplicate-hash',
    `Expected one subset for images with hash ${leak.group}${where} but ${received}. Split again, which keeps copies together, or remove them.`,
    details,
  )
}
