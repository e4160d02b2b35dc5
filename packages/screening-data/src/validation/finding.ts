/** What a validation found: how bad it is, how often, where, and what to do. */

/**
 * `error`: training, the split or the evaluation would be wrong or refused. `warning`: images are lost, or a person should look. `note`:
 * good to know.
 */
export type FindingSeverity = 'error' | 'warning' | 'note'

/** What `validateDataSet` looks for. */
export type FindingCode =
  | 'bad-row'
  | 'no-labels'
  | 'one-class'
  | 'published-overlap'
  | 'contradictory-label'
  | 'mangled-id'
  | 'image-missing'
  | 'row-missing'
  | 'no-label'
  | 'no-side'
  | 'no-view'
  | 'view-missing'
  | 'unreadable-file'
  | 'duplicate-content'
  | 'header-differs'
  | 'duplicate-image'
  | 'unknown-value'
  | 'not-a-mammogram'

/** Something that `validateDataSet` found. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: FindingSeverity
  /** How many of what, in one sentence. */
  readonly message: string
  /** What to do about it, in one sentence. */
  readonly advice: string
  readonly count: number
  /** One line each. */
  readonly items: readonly string[]
}

/**
 * A finding about these items; none where there are none.
 *
 * @param words what is said of one item, and of several: `row has no file`, `rows have no file`
 */
export function findingOf(
  code: FindingCode,
  severity: FindingSeverity,
  items: readonly string[],
  [one, several]: readonly [string, string],
  advice: string,
): Finding[] {
  if (items.length === 0) return []
  const message = `${items.length.toLocaleString('en')} ${items.length === 1 ? one : several}.`
  return [{ code, severity, message, advice, count: items.length, items }]
}
