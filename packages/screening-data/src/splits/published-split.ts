/** The split that a set was published with, where it says one. */
import { type SplitPlace, type SubmissionSplitOptions, type Subset, submissionSplit } from '@mammokit/data-split'
import { ScreeningDataError } from '../screening-data-error.ts'

interface PublishedRow {
  readonly patientId: string
  readonly imageId?: string
  readonly columns?: Readonly<Record<string, string>>
}

/** A patient whom the set published in several subsets. */
export interface PublishedOverlap {
  readonly patientId: string
  readonly subsets: readonly string[]
}

/**
 * Patients in several published subsets.
 *
 * @example
 * publishedOverlaps((await readScreeningRows('data')).rows) // [{ patientId: 'P_00038', subsets: ['test', 'train'] }]
 */
export function publishedOverlaps(rows: readonly PublishedRow[]): PublishedOverlap[] {
  const subsets = new Map<string, Set<string>>()
  for (const row of rows) {
    const subset = publishedSubset(row)
    if (subset !== '') subsets.set(row.patientId, (subsets.get(row.patientId) ?? new Set()).add(subset))
  }
  return [...subsets].flatMap(([patientId, of]) => (of.size > 1 ? [{ patientId, subsets: [...of].sort() }] : []))
}

/** The subset that the set gave an image; empty where it says none. */
export function publishedSubset({ columns }: PublishedRow): string {
  return columns?.published_subset?.trim() ?? ''
}

/**
 * The published subset of each row, with folds outside the test part; a set without a validation part gets one from its training patients.
 *
 * @throws ScreeningDataError `no-published-split` for a set that has none, `published-overlap` for patients in several subsets
 */
export function publishedSplit(
  rows: readonly PublishedRow[],
  labels: readonly (readonly string[])[],
  groups: readonly string[],
  options: SubmissionSplitOptions,
): SplitPlace[] {
  const subsets = rows.map(publishedSubset)
  assertPublished(rows, subsets)
  assertNoOverlap(rows)
  const outsideTest = rows.flatMap((_, at) => (subsets[at] === 'test' ? [] : [at]))
  const places = submissionSplit(
    outsideTest.map((at) => labels[at]!),
    outsideTest.map((at) => groups[at]!),
    options,
  )
  const hasValidation = subsets.includes('val')
  const made = new Map(outsideTest.map((at, position) => [at, places[position]!]))
  return subsets.map((subset, at): SplitPlace => {
    const place = made.get(at)
    if (place === undefined) return { subset: 'test', fold: null }
    return { subset: hasValidation ? (subset as Subset) : place.subset, fold: place.fold }
  })
}

function assertPublished(rows: readonly PublishedRow[], subsets: readonly string[]): void {
  const known = [...new Set(subsets)].sort()
  const set =
    [...new Set(rows.map(({ columns }) => columns?.set ?? ''))].filter(Boolean).join(' and ') || 'this data set'
  const isSplit = known.includes('train') && known.length > 1
  if (isSplit && !known.includes('')) return
  const without = rows.filter((_, at) => subsets[at] === '')
  const received = isSplit
    ? `none for ${without.length} of ${rows.length} images (${without[0]!.imageId ?? without[0]!.patientId}, ...)`
    : known.filter(Boolean).length === 0
      ? 'none'
      : `${known.filter(Boolean).join(' and ')} alone`
  throw new ScreeningDataError(
    'no-published-split',
    `Expected a published split of ${set} into train and other subsets for method published but received ${received}. Choose another method, such as reference.`,
    { set, subsets: known },
  )
}

function assertNoOverlap(rows: readonly PublishedRow[]): void {
  const overlaps = publishedOverlaps(rows)
  if (overlaps.length === 0) return
  const names = overlaps.slice(0, 10).map(({ patientId, subsets }) => `${patientId} (${subsets.join(' and ')})`)
  const others = overlaps.length > 10 ? ` and ${overlaps.length - 10} more` : ''
  throw new ScreeningDataError(
    'published-overlap',
    `Expected each patient in one published subset but received ${overlaps.length} in several: ${names.join(', ')}${others}. ` +
      'Leave them out with publishedOverlap drop, or choose another method.',
    { overlaps },
  )
}
