/** Patients who share an image become one group, so that a duplicate cannot end on both sides of a split. */

/** For each row the id of the first patient (in code-unit order) among those linked by equal hashes. */
export function linkGroups(
  rows: readonly { readonly patientId: string; readonly imageId?: string }[],
  hashes: ReadonlyMap<string, string>,
): string[] {
  const parents = new Map<string, string>()
  const find = (patient: string): string => {
    const parent = parents.get(patient) ?? patient
    if (parent === patient) return patient
    const root = find(parent)
    parents.set(patient, root)
    return root
  }
  const firstWithHash = new Map<string, string>()
  for (const { patientId, imageId } of rows) {
    const hash = imageId === undefined ? undefined : hashes.get(imageId)
    if (hash === undefined) continue
    const other = firstWithHash.get(hash) ?? patientId
    firstWithHash.set(hash, other)
    const roots = [find(other), find(patientId)].sort((a, b) => (a < b ? -1 : 1))
    if (roots[0] !== roots[1]) parents.set(roots[1]!, roots[0]!)
  }
  return rows.map((row) => find(row.patientId))
}
