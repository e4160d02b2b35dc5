/**
 * The reference's two splits by patient: train, validation and test, and the variant for a competition submission that has no test part.
 *
 * The reference shuffles patients; here the parts are stratified as well, by the labels given.
 */
import { DataSplitError } from './data-split-error.ts'
import { stratifiedGroupKFold } from './stratified-group-k-fold.ts'
import { stratifiedGroupSplit } from './stratified-group-split.ts'

/** Name of a part. */
export type Subset = 'train' | 'val' | 'test'

/** Options of `submissionSplit`. */
export interface SubmissionSplitOptions {
  /** @default 13 */
  readonly seed?: number
  /** Cross-validation folds over the rows outside the test part, 0 for none. @default 5 */
  readonly folds?: number
  /** Share of what the test part leaves, above 0 and below 1. @default 0.1 */
  readonly validationFraction?: number
}

/** Options of `referenceSplit`. */
export interface ReferenceSplitOptions extends SubmissionSplitOptions {
  /** Share of everything, above 0 and below 1. @default 0.33 */
  readonly testFraction?: number
}

/** The part and the fold of a row. */
export interface SplitPlace {
  readonly subset: Subset
  /** Cross-validation fold from 0; null in the test part and without folds. */
  readonly fold: number | null
}

/**
 * Test 33 % of the groups, then validation 10 % of the rest; gives the place of each row.
 *
 * `labels` has for each row any number of values (cancer, site, ...), each of which is spread in proportion; the first is also spread
 * within each other one. `groups` has the patient of each row, who is in one subset and one fold only.
 *
 * @throws DataSplitError `bad-option` for a fraction outside 0 to 1 or too few groups
 * @example
 * referenceSplit(rows.map((row) => [row.cancer]), rows.map((row) => row.patientId), { seed: 13 })[0] // { subset: 'train', fold: 3 }
 */
export function referenceSplit(
  labels: readonly (readonly string[])[],
  groups: readonly string[],
  options: ReferenceSplitOptions = {},
): SplitPlace[] {
  const { testFraction = 0.33, validationFraction = 0.1 } = options
  assertFraction('testFraction', testFraction)
  assertFraction('validationFraction', validationFraction)
  const validation = (1 - testFraction) * validationFraction
  const train = 1 - testFraction - validation
  return split(labels, groups, ['train', 'val', 'test'], [train, validation, testFraction], options)
}

/**
 * 90 % training, 10 % validation, no test part: for a model whose test is the competition's own.
 *
 * @throws DataSplitError as `referenceSplit` does.
 * @example
 * submissionSplit(labels, patients).filter(({ subset }) => subset === 'test').length // 0
 */
export function submissionSplit(
  labels: readonly (readonly string[])[],
  groups: readonly string[],
  options: SubmissionSplitOptions = {},
): SplitPlace[] {
  const { validationFraction = 0.1 } = options
  assertFraction('validationFraction', validationFraction)
  return split(labels, groups, ['train', 'val'], [1 - validationFraction, validationFraction], options)
}

function split(
  labels: readonly (readonly string[])[],
  groups: readonly string[],
  subsets: readonly Subset[],
  fractions: readonly number[],
  { seed = 13, folds = 5 }: SubmissionSplitOptions,
): SplitPlace[] {
  // each label on its own, then the first with each other: cancer in proportion within every site, machine, ...
  const spread = labels.map((values) => [...values, ...values.slice(1).map((value) => `${values[0]}|${value}`)])
  const parts = stratifiedGroupSplit(spread, groups, { fractions, seed })
  const places = parts.map((part): SplitPlace => ({ subset: subsets[part]!, fold: null }))
  if (folds === 0) return places

  const outsideTest = places.flatMap(({ subset }, row) => (subset === 'test' ? [] : [row]))
  const foldOf = stratifiedGroupKFold(
    outsideTest.map((row) => labels[row]!.join('|')),
    outsideTest.map((row) => groups[row]!),
    { folds, seed },
  )
  outsideTest.forEach((row, position) => {
    places[row] = { ...places[row]!, fold: foldOf[position]! }
  })
  return places
}

function assertFraction(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new DataSplitError(
      'bad-option',
      `Expected a number above 0 and below 1 for ${name} but received ${value}. Give a share such as 0.33.`,
      { value },
    )
  }
}
