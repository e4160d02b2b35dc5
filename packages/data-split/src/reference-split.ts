/**
 * The reference's two splits by patient: train, validation and test, and the variant for a competition submission that has no test part.
 *
 * The reference shuffles patients; here the parts are stratified as well (`stratifyBy`), by cancer unless told otherwise.
 */
import { DataSplitError } from './data-split-error.ts'
import { linkGroups } from './link-groups.ts'
import { stratifiedGroupKFold } from './stratified-group-k-fold.ts'
import { stratifiedGroupSplit } from './stratified-group-split.ts'

export type Subset = 'train' | 'val' | 'test'

/** Any row with a patient; rows of `readTrainCsv` have every column of the file in `columns`. */
export interface PatientRow {
  readonly patientId: string
  readonly imageId?: string
  readonly columns?: Readonly<Record<string, string>>
}

/** The name of a column of the file (`cancer`, `site_id`, `density`) or a function of the row, for ranges of a number. */
export type Stratifier<Row> = string | ((row: Row) => string | number | boolean | null)

export interface SplitOptions<Row> {
  /** @default 13 */
  readonly seed?: number
  /** Columns whose values are spread in proportion; [] for none. @default ['cancer'] */
  readonly stratifyBy?: readonly Stratifier<Row>[]
  /** Cross-validation folds over the rows outside the test part, 0 for none. @default 5 */
  readonly folds?: number
  /** Pixel or file hash by image id: patients who share an image are kept in one part. @default none */
  readonly hashes?: ReadonlyMap<string, string>
}

export interface ReferenceSplitOptions<Row> extends SplitOptions<Row> {
  /** Share of everything, above 0 and below 1. @default 0.33 */
  readonly testFraction?: number
  /** Share of what the test part leaves, above 0 and below 1. @default 0.1 */
  readonly validationFraction?: number
}

export interface SubmissionSplitOptions<Row> extends SplitOptions<Row> {
  /** Share of everything, above 0 and below 1. @default 0.1 */
  readonly validationFraction?: number
}

export interface SplitPlace {
  readonly subset: Subset
  /** Cross-validation fold from 0; null in the test part and without folds. */
  readonly fold: number | null
}

/**
 * Test 33 % of the patients, then validation 10 % of the rest, each patient in one subset; returns the rows in their order with `subset` and `fold`.
 *
 * @throws DataSplitError `bad-option` for a fraction outside 0 to 1 or too few patients, `missing-column` for an unknown column of `stratifyBy`.
 * @example
 * referenceSplit(await readTrainCsv('train.csv'), { seed: 13, stratifyBy: ['cancer', 'site_id'] })[0].subset // 'train'
 */
export function referenceSplit<Row extends PatientRow>(
  rows: readonly Row[],
  options: ReferenceSplitOptions<Row> = {},
): (Row & SplitPlace)[] {
  const { testFraction = 0.33, validationFraction = 0.1 } = options
  assertFraction('testFraction', testFraction)
  assertFraction('validationFraction', validationFraction)
  const validation = (1 - testFraction) * validationFraction
  const train = 1 - testFraction - validation
  return split(rows, ['train', 'val', 'test'], [train, validation, testFraction], options)
}

/**
 * 90 % training, 10 % validation, no test part: for a model whose test is the competition's own.
 *
 * @throws DataSplitError as `referenceSplit` does.
 * @example
 * submissionSplit(rows, { seed: 13 }).filter((row) => row.subset === 'test').length // 0
 */
export function submissionSplit<Row extends PatientRow>(
  rows: readonly Row[],
  options: SubmissionSplitOptions<Row> = {},
): (Row & SplitPlace)[] {
  const { validationFraction = 0.1 } = options
  assertFraction('validationFraction', validationFraction)
  return split(rows, ['train', 'val'], [1 - validationFraction, validationFraction], options)
}

function split<Row extends PatientRow>(
  rows: readonly Row[],
  subsets: readonly Subset[],
  fractions: readonly number[],
  options: SplitOptions<Row>,
): (Row & SplitPlace)[] {
  const { seed = 13, folds = 5, hashes } = options
  const stratifyBy = options.stratifyBy ?? (['cancer'] as const)
  const labels = rows.map((row, index) => stratifyBy.map((stratifier) => readStratum(row, stratifier, index)))
  const strata = labels.map((values) => values.join('|'))
  // each column on its own, then the first with each other: cancer in proportion within every site, machine, ...
  const spread = labels.map((values) => [...values, ...values.slice(1).map((value) => `${values[0]}|${value}`)])
  const groups = hashes ? linkGroups(rows, hashes) : rows.map((row) => row.patientId)
  const parts = stratifiedGroupSplit(spread, groups, { fractions, seed })
  const split = rows.map((row, index): Row & SplitPlace => ({ ...row, subset: subsets[parts[index]!]!, fold: null }))
  if (folds === 0) return split

  const outsideTest = split.flatMap((row, index) => (row.subset === 'test' ? [] : [index]))
  const foldOf = stratifiedGroupKFold(
    outsideTest.map((index) => strata[index]!),
    outsideTest.map((index) => groups[index]!),
    { folds, seed },
  )
  outsideTest.forEach((index, position) => {
    split[index] = { ...split[index]!, fold: foldOf[position]! }
  })
  return split
}

function readStratum<Row extends PatientRow>(row: Row, stratifier: Stratifier<Row>, index: number): string {
  if (typeof stratifier === 'function') return String(stratifier(row))
  const value = row.columns?.[stratifier] ?? (row as Record<string, unknown>)[stratifier]
  if (value === undefined) {
    throw new DataSplitError(
      'missing-column',
      `Expected a column ${stratifier} for stratifyBy but row ${index} has none. Name a column of the file or give a function of the row.`,
      { column: stratifier },
    )
  }
  return String(value)
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
