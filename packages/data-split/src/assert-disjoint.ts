/** Leak checks: what is in two subsets that should be in one. */
import { DataSplitError } from './data-split-error.ts'

export interface Leak {
  readonly kind: 'patient' | 'hash'
  /** The patient id or the hash. */
  readonly key: string
  /** The subsets that have it, in order of appearance. */
  readonly subsets: readonly string[]
  /** Ids of its images, in the order of the rows. */
  readonly imageIds: readonly string[]
}

export interface DisjointOptions {
  /** Hash of pixels or file by image id; images without one are not compared. @default none */
  readonly hashes?: ReadonlyMap<string, string>
}

export interface SubsetRow {
  readonly patientId: string
  readonly imageId: string
  readonly subset: string
}

/**
 * Lists each patient, and each pixel or file hash, that occurs in more than one subset.
 *
 * @example
 * findLeaks([{ patientId: '1', imageId: 'a', subset: 'train' }, { patientId: '1', imageId: 'b', subset: 'test' }])
 * // [{ kind: 'patient', key: '1', subsets: ['train', 'test'], imageIds: ['a', 'b'] }]
 */
export function findLeaks(rows: readonly SubsetRow[], options: DisjointOptions = {}): Leak[] {
  const { hashes } = options
  return [
    ...findShared(rows, 'patient', (row) => row.patientId),
    ...(hashes ? findShared(rows, 'hash', (row) => hashes.get(row.imageId)) : []),
  ]
}

/**
 * Throws unless every patient, and every hash given, is in one subset only.
 *
 * @throws DataSplitError `group-overlap` (a patient) or `duplicate-hash` (an image under two ids), with the first leak as `value`.
 * @example
 * assertDisjoint(referenceSplit(rows)) // returns nothing
 */
export function assertDisjoint(rows: readonly SubsetRow[], options: DisjointOptions = {}): void {
  const leaks = findLeaks(rows, options)
  const leak = leaks[0]
  if (!leak) return
  const others = leaks.length > 1 ? ` (and ${leaks.length - 1} more)` : ''
  const images = leak.imageIds.slice(0, 4).join(', ') + (leak.imageIds.length > 4 ? ', ...' : '')
  if (leak.kind === 'patient') {
    throw new DataSplitError(
      'group-overlap',
      `Expected one subset for patient ${leak.key} but received ${leak.subsets.join(' and ')} (images ${images})${others}. Split by patient, for example with referenceSplit.`,
      { value: leak },
    )
  }
  throw new DataSplitError(
    'duplicate-hash',
    `Expected one subset for images with hash ${leak.key} but received ${leak.subsets.join(' and ')} (images ${images})${others}. Split again with these hashes, or remove the copies.`,
    { value: leak },
  )
}

function findShared(
  rows: readonly SubsetRow[],
  kind: Leak['kind'],
  keyOf: (row: SubsetRow) => string | undefined,
): Leak[] {
  const seen = new Map<string, SubsetRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === undefined) continue
    const same = seen.get(key)
    if (same) same.push(row)
    else seen.set(key, [row])
  }
  return [...seen].flatMap(([key, same]) => {
    const subsets = [...new Set(same.map((row) => row.subset))]
    return subsets.length > 1 ? [{ kind, key, subsets, imageIds: same.map((row) => row.imageId) }] : []
  })
}
