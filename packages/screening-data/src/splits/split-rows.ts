/** Splits of a data set's rows by patient: the reference's, the one for a submission, and k folds. */
import {
  linkGroups,
  type ReferenceSplitOptions,
  referenceSplit,
  type SplitPlace,
  submissionSplit,
} from '@mammokit/data-split'
import { ScreeningDataError } from '../screening-data-error.ts'
import { publishedOverlaps, publishedSplit } from './published-split.ts'

/** Any row with a patient; rows of `readTrainCsv` have every column of the file in `columns`. */
export interface PatientRow {
  readonly patientId: string
  readonly imageId?: string
  readonly columns?: Readonly<Record<string, string>>
}

/** The name of a column of the file (`cancer`, `site_id`, `density`) or a function of the row, for ranges of a number. */
export type Stratifier<Row> = string | ((row: Row) => string | number | boolean | null)

/** Options of `splitRows`. */
export interface SplitRowsOptions<Row> extends ReferenceSplitOptions {
  /**
   * `reference`: 33 % of the patients for testing, then 10 % of the rest for validation. `submission`: no test part. `k-fold`: no test
   * part, and validation is the fold `fold`. `published`: the set's own (the column `published_subset`); where that has no validation
   * part, `validationFraction` of its training patients. @default 'reference'
   */
  readonly method?: 'reference' | 'submission' | 'k-fold' | 'published'
  /** Whether patients in several published subsets are an error or left out. @default 'refuse' */
  readonly publishedOverlap?: 'refuse' | 'drop'
  /** The validation fold of `k-fold`, from 0. @default 0 */
  readonly fold?: number
  /** Columns whose values are spread in proportion; [] for none. @default ['cancer'] */
  readonly stratifyBy?: readonly Stratifier<Row>[]
  /** Pixel or file hash by image id: patients who share an image are kept in one part. @default none */
  readonly hashes?: ReadonlyMap<string, string>
}

/**
 * Gives each row its subset and fold, each patient in one of them; the rows stay in their order.
 *
 * With `publishedOverlap: 'drop'` the rows of patients in several published subsets are not among them.
 *
 * @throws ScreeningDataError `missing-column` for an unknown column of `stratifyBy`, `bad-option` for a fold that does not exist,
 * `no-published-split`, `published-overlap`
 * @throws DataSplitError `bad-option` for a fraction outside 0 to 1 or too few patients
 * @example
 * splitRows(await readTrainCsv('train.csv'), { seed: 13, stratifyBy: ['cancer', 'site_id'] })[0].subset // 'train'
 */
export function splitRows<Row extends PatientRow>(
  given: readonly Row[],
  options: SplitRowsOptions<Row> = {},
): (Row & SplitPlace)[] {
  const rows = rowsToSplit(given, options)
  const { method = 'reference', stratifyBy = ['cancer'], hashes, fold = 0, folds = 5 } = options
  const labels = rows.map((row, index) => stratifyBy.map((stratifier) => readStratum(row, stratifier, index)))
  const patients = rows.map(({ patientId }) => patientId)
  const groups = hashes ? linkGroups(patients, hashesOf(rows, hashes)) : patients
  if (method === 'reference') return placed(rows, referenceSplit(labels, groups, options))
  if (method === 'published') return placed(rows, publishedSplit(rows, labels, groups, options))
  if (method === 'submission') return placed(rows, submissionSplit(labels, groups, options))
  if (!(Number.isInteger(fold) && fold >= 0 && fold < folds)) {
    throw new ScreeningDataError(
      'bad-option',
      `Expected a fold below ${folds} for fold but received ${fold}. Count from 0.`,
      { fold, folds },
    )
  }
  // With no test part, the folds of the submission split cover every patient.
  const { validationFraction: _, ...rest } = options
  return placed(rows, submissionSplit(labels, groups, rest)).map((row) => ({
    ...row,
    subset: row.fold === fold ? 'val' : 'train',
  }))
}

/** The hash of each row's image, undefined where it has none. */
export function hashesOf(
  rows: readonly { readonly imageId?: string }[],
  hashes: ReadonlyMap<string, string>,
): (string | undefined)[] {
  return rows.map(({ imageId }) => (imageId === undefined ? undefined : hashes.get(imageId)))
}

/** Without the patients in several published subsets, where these are to be left out. */
function rowsToSplit<Row extends PatientRow>(
  rows: readonly Row[],
  { method, publishedOverlap }: SplitRowsOptions<Row>,
): readonly Row[] {
  if (method !== 'published' || publishedOverlap !== 'drop') return rows
  const overlaps = new Set(publishedOverlaps(rows).map(({ patientId }) => patientId))
  return rows.filter(({ patientId }) => !overlaps.has(patientId))
}

function placed<Row>(rows: readonly Row[], places: readonly SplitPlace[]): (Row & SplitPlace)[] {
  return rows.map((row, index) => ({ ...row, ...places[index] }))
}

function readStratum<Row extends PatientRow>(row: Row, stratifier: Stratifier<Row>, index: number): string {
  if (typeof stratifier === 'function') return String(stratifier(row))
  const value = row.columns?.[stratifier] ?? (row as Record<string, unknown>)[stratifier]
  if (value === undefined) {
    throw new ScreeningDataError(
      'missing-column',
      `Expected a column ${stratifier} for stratifyBy but row ${index} has none. Name a column of the file or give a function of the row.`,
      { column: stratifier },
    )
  }
  return String(value).trim()
}
