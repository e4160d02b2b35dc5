import type { Subset } from '@mammokit/data-split'

/** Counts of one part of a split. */
export interface SubsetSummary {
  readonly subset: Subset
  readonly patients: number
  readonly breasts: number
  readonly images: number
  /** Images with cancer. */
  readonly positives: number
}

/** What `summarizeSubsets` reads of a row. */
export interface CountedRow {
  readonly patientId: string
  readonly laterality: string
  readonly cancer: 0 | 1
  readonly subset: Subset
}

/**
 * Counts what each subset holds; subsets without images are left out.
 *
 * @example
 * summarizeSubsets(splits)[0] // { subset: 'train', patients: 7187, breasts: 14372, images: 32990, positives: 699 }
 */
export function summarizeSubsets(rows: readonly CountedRow[]): SubsetSummary[] {
  const subsets: readonly Subset[] = ['train', 'val', 'test']
  return subsets.map((subset) => summarize(subset, rows)).filter(({ images }) => images > 0)
}

function summarize(subset: Subset, rows: readonly CountedRow[]): SubsetSummary {
  const members = rows.filter((row) => row.subset === subset)
  return {
    subset,
    patients: new Set(members.map((row) => row.patientId)).size,
    breasts: new Set(members.map((row) => `${row.patientId}_${row.laterality}`)).size,
    images: members.length,
    positives: members.filter((row) => row.cancer === 1).length,
  }
}
