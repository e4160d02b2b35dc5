/** The distinct groups in a fixed order, so that a split does not depend on the order of the rows. */
import { DataSplitError } from './data-split-error.ts'

/** What rows of one group share, such as a patient id. */
export type Group = string | number

export interface GroupIndex {
  readonly count: number
  /** For each row, the number of its group in sorted order. */
  readonly ofRow: Int32Array
}

export function indexGroups(groups: readonly Group[], name = 'groups'): GroupIndex {
  if (groups.length === 0) {
    throw new DataSplitError('bad-option', `Expected at least one row for ${name} but received none.`, { value: 0 })
  }
  // numbers by value, strings by code unit: never by locale, which differs between machines
  const sorted = [...new Set(groups)].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  )
  const positions = new Map(sorted.map((group, position) => [group, position]))
  return { count: sorted.length, ofRow: Int32Array.from(groups, (group) => positions.get(group)!) }
}

export function assertSameLength(labels: readonly unknown[], groups: readonly unknown[]): void {
  if (labels.length !== groups.length) {
    throw new DataSplitError(
      'bad-option',
      `Expected as many labels as groups (${groups.length}) but received ${labels.length}. Give one of each per row.`,
      { value: labels.length },
    )
  }
}
