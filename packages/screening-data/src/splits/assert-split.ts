import { findLeaks } from '@mammokit/data-split'
import { ScreeningDataError } from '../screening-data-error.ts'
import { assertDisjointSubsets, type PlacedRow } from './assert-disjoint-subsets.ts'

/**
 * Throws unless each patient of a splits.csv is in one subset and one fold.
 *
 * @param path the file, named in the error
 * @throws ScreeningDataError `group-overlap`
 */
export function assertSplit(rows: readonly (PlacedRow & { readonly fold: number | null })[], path: string): void {
  assertDisjointSubsets(rows, { path })
  const [leak, ...others] = findLeaks(
    rows.map(({ fold }) => String(fold ?? 'none')),
    rows.map(({ patientId }) => patientId),
  )
  if (leak === undefined) return
  const imageIds = leak.rows.map((row) => rows[row].imageId)
  throw new ScreeningDataError(
    'group-overlap',
    `Expected one fold for patient ${leak.group} in ${path} but received ${leak.parts.join(' and ')} (images ${imageIds.slice(0, 4).join(', ')})` +
      `${others.length > 0 ? ` (and ${others.length} more)` : ''}. Split again: mammokit-trainer split.`,
    { leak: leak.group, folds: leak.parts, imageIds },
  )
}
