/** Groups that share something become one group, so that a duplicate cannot end on both sides of a split. */
import { DataSplitError } from './data-split-error.ts'

/**
 * Gives each row the first group (in code-unit order) among those that are linked by equal keys, such as hashes of images.
 *
 * @example
 * linkGroups(['a', 'b', 'c'], ['hash 1', 'hash 2', 'hash 1']) // ['a', 'b', 'a']
 */
export function linkGroups(groups: readonly string[], keys: readonly (string | undefined)[]): string[] {
  if (keys.length !== groups.length) {
    throw new DataSplitError(
      'bad-option',
      `Expected as many keys as groups (${groups.length}) but received ${keys.length}. Give one of each per row.`,
      { value: keys.length },
    )
  }
  const parents = new Map<string, string>()
  const find = (group: string): string => {
    const parent = parents.get(group) ?? group
    if (parent === group) return group
    const root = find(parent)
    parents.set(group, root)
    return root
  }
  const firstWithKey = new Map<string, string>()
  groups.forEach((group, row) => {
    const key = keys[row]
    if (key === undefined) return
    const other = firstWithKey.get(key) ?? group
    firstWithKey.set(key, other)
    const roots = [find(other), find(group)].sort((a, b) => (a < b ? -1 : 1))
    if (roots[0] !== roots[1]) parents.set(roots[1]!, roots[0]!)
  })
  return groups.map(find)
}
