/** Leak checks: what is in two parts that should be in one. */
import { DataSplitError } from './data-split-error.ts'
import type { Group } from './group-index.ts'

/** A group that is in several parts of a split. */
export interface Leak {
  /** The group that is in several parts. */
  readonly group: Group
  /** The parts that have it, in order of appearance. */
  readonly parts: readonly Group[]
  /** Numbers of its rows, rising. */
  readonly rows: readonly number[]
}

/**
 * Lists each group (patient, or hash of an image's pixels) that occurs in more than one part; rows without a group are not compared.
 *
 * @example
 * findLeaks(['train', 'test'], ['patient 1', 'patient 1']) // [{ group: 'patient 1', parts: ['train', 'test'], rows: [0, 1] }]
 */
export function findLeaks(parts: readonly Group[], groups: readonly (Group | undefined)[]): Leak[] {
  if (parts.length !== groups.length) {
    throw new DataSplitError(
      'bad-option',
      `Expected as many parts as groups (${groups.length}) but received ${parts.length}. Give one of each per row.`,
      { value: parts.length },
    )
  }
  const leaking = groupsInSeveral(parts, groups)
  if (leaking.size === 0) return []
  const rowsOfGroup = new Map<Group, number[]>()
  groups.forEach((group, row) => {
    if (group === undefined || !leaking.has(group)) return
    const rows = rowsOfGroup.get(group)
    if (rows) rows.push(row)
    else rowsOfGroup.set(group, [row])
  })
  return [...rowsOfGroup].map(([group, rows]) => ({ group, parts: [...new Set(rows.map((row) => parts[row]!))], rows }))
}

/** Most splits have none: then no list of rows is needed for each group. */
function groupsInSeveral(parts: readonly Group[], groups: readonly (Group | undefined)[]): Set<Group> {
  const firstPart = new Map<Group, Group>()
  const found = new Set<Group>()
  for (let row = 0; row < groups.length; row++) {
    const [group, part] = [groups[row], parts[row]!]
    if (group === undefined) continue
    const first = firstPart.get(group)
    if (first === undefined) firstPart.set(group, part)
    else if (first !== part) found.add(group)
  }
  return found
}

/**
 * Throws unless every group is in one part only.
 *
 * @throws DataSplitError `group-overlap`, with all leaks in `details.leaks`
 * @example
 * assertDisjoint(places.map(({ subset }) => subset), patients) // returns nothing
 */
export function assertDisjoint(parts: readonly Group[], groups: readonly (Group | undefined)[]): void {
  const leaks = findLeaks(parts, groups)
  const leak = leaks[0]
  if (!leak) return
  const others = leaks.length > 1 ? ` (and ${leaks.length - 1} more)` : ''
  const rows = leak.rows.slice(0, 4).join(', ') + (leak.rows.length > 4 ? ', ...' : '')
  throw new DataSplitError(
    'group-overlap',
    `Expected one part for group ${leak.group} but received ${leak.parts.join(' and ')} (rows ${rows})${others}. Split by group, for example with referenceSplit.`,
    { leaks },
  )
}
