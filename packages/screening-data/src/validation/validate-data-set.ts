/** Whether a data set is fit to train on, before anyone trains on it. */
import type { CsvError } from '@mammokit/strict-csv'
import { type Adjustments, noAdjustments } from '../adjustments/adjustments.ts'
import type { DataSet } from '../data-set/data-set-image.ts'
import { type ColumnCounts, countAll, countGroups, type GroupCount } from './count-groups.ts'
import { type FileContent, fileFindings } from './file-findings.ts'
import { type Finding, type FindingSeverity, findingOf } from './finding.ts'
import { indexBreasts } from './index-breasts.ts'
import { labelFindings } from './label-findings.ts'

/** Options of `validateDataSet`. */
export interface ValidationOptions {
  /** What was read of the files; none where only the tables are looked at. */
  readonly contents?: readonly FileContent[]
  /** Bad and repeated cells, whose rows are not in the data set. @default none */
  readonly faults?: readonly CsvError[]
  /** Share of the images that may be lost before that is an error, 0 to 1. @default 0.1 */
  readonly maxLeftOut?: number
}

/** Counts of a data set and what is wrong with it. */
export interface Validation extends Omit<GroupCount, 'value'> {
  /** Name of the adapter that read the set. */
  readonly set: string
  /** Whether the files were read too. */
  readonly isOfContents: boolean
  /** What the lists beside the table left out and corrected; the counts are of the rest. */
  readonly adjustments: Adjustments
  readonly counts: readonly ColumnCounts[]
  /** Errors first, then warnings and notes. */
  readonly findings: readonly Finding[]
}

/**
 * Counts the images of a data set and finds what is wrong with it.
 *
 * @example
 * const { findings } = validateDataSet(await readDataFolder('data'))
 * findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)
 * // ['2 patients are in two published subsets.']
 */
export function validateDataSet(
  dataSet: DataSet & { readonly adjustments?: Adjustments },
  { contents, faults = [], maxLeftOut = 0.1 }: ValidationOptions = {},
): Validation {
  const { set } = dataSet
  const images = dataSet.images.filter(({ excluded }) => excluded === undefined)
  const index = indexBreasts(images)
  const findings = [
    ...badRows(faults),
    ...labelFindings(images, index),
    ...fileFindings({ ...dataSet, images }, contents, maxLeftOut),
  ]
  return {
    set,
    ...countAll(images, index),
    isOfContents: contents !== undefined,
    adjustments: dataSet.adjustments ?? noAdjustments,
    counts: countGroups(images, index),
    findings: findings.sort((a, b) => rank[a.severity] - rank[b.severity]),
  }
}

const rank: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, note: 2 }

/** Every reader refuses a table with a bad row, at the first one. */
function badRows(faults: readonly CsvError[]): Finding[] {
  return findingOf(
    'bad-row',
    'error',
    faults.map(({ message }) => message),
    ['row cannot be read', 'rows cannot be read'],
    'Correct the table; no other command reads it as it is.',
  )
}
