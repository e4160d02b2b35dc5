/** Figures per subgroup of the test set, and whether they differ by more than chance. */
import {
  type AggregationMethod,
  holm,
  type SubgroupFigures,
  subgrouper,
  subgroupFigures,
  subgroupTest,
  subgroupUnits,
  unknownValue,
} from '@mammokit/pf1-metric'
import type { ManifestRow, SplitRow } from '@mammokit/screening-data'
import type { Prediction, TestResult } from '@mammokit/training-run/schema'

/** A row, of several data sets which one, and what its image was made of. */
export type GroupedRow = SplitRow & {
  readonly set?: string | null
  readonly method?: ManifestRow['method']
  readonly frame?: ManifestRow['frame']
}

type GroupOf = (row: GroupedRow) => string | null

/** What each attribute is of an image; null where it is not known. */
const attributes: Readonly<Record<string, GroupOf>> = {
  set: (row) => row.set ?? null,
  site: (row) => row.siteId?.toString() ?? null,
  machine: (row) => row.machineId,
  view: (row) => row.view,
  laterality: (row) => row.laterality,
  density: (row) => row.density,
  age: (row) => (row.age === null ? null : ageBand(row.age)),
  implant: (row) => yesOrNo(row.implant),
  'BI-RADS': (row) => row.birads?.toString() ?? null,
  invasive: (row) => yesOrNo(row.invasive),
  'image size': (row) => (row.frame ? `${sizeBand(row.frame.height)} x ${sizeBand(row.frame.width)} px` : null),
  'region by': (row) => row.method || null,
}

/** Known of cancers alone. */
const ofCancers = new Set(['invasive'])

export interface SubgroupOptions {
  readonly aggregation: AggregationMethod
  readonly threshold: number
  readonly seed?: number
}

export type TestedSubgroups = Pick<TestResult, 'subgroups' | 'subgroupTests'>

/**
 * Figures of every group of every attribute that is known of some images and tells more than one group apart, unknown as a group of its
 * own; and one permutation test for each attribute, adjusted for their number.
 */
export async function subgroupsOf(
  predictions: readonly Prediction[],
  rows: ReadonlyMap<string, GroupedRow>,
  { aggregation, threshold, seed = 13 }: SubgroupOptions,
): Promise<TestedSubgroups> {
  const subgroups: SubgroupFigures[] = []
  const tests: { column: string; compares: 'both' | 'sensitivity'; pValue: number }[] = []
  const cancers = predictions.filter(({ target }) => target === 1)
  const [all, ofCancersAlone] = [predictions, cancers].map((images) => {
    const groupsBy = subgrouper(images, aggregation)
    const rowsOf = images.map(({ imageId }) => rows.get(imageId))
    return (column: string) => groupsBy(column, (_, index) => groupOf(column, rowsOf[index]))
  })
  // One attribute after another: the groups of all of them at once would take hundreds of megabytes.
  for (const column of Object.keys(attributes)) {
    const groups = (ofCancers.has(column) ? ofCancersAlone! : all!)(column)
    for (const group of groups) subgroups.push(await subgroupFigures(group, threshold))
    // Who is of no known group is no group that could be different for a reason.
    const compared = groups.filter(({ value }) => value !== unknownValue)
    const compares = ofCancers.has(column) ? 'sensitivity' : 'both'
    const pValue = subgroupTest(subgroupUnits(compared, threshold), { compares, seed })
    if (pValue !== null) tests.push({ column, compares, pValue })
  }
  const adjusted = holm(tests.map(({ pValue }) => pValue))
  return { subgroups, subgroupTests: tests.map((test, i) => ({ ...test, adjusted: adjusted[i]! })) }
}

function groupOf(column: string, row: GroupedRow | undefined): string {
  return (row && attributes[column]!(row)) || unknownValue
}

/** A decade. */
export function ageBand(age: number): string {
  const decade = Math.floor(age / 10) * 10
  return `${decade} to ${decade + 9}`
}

/** Of a number of rows or columns. */
function sizeBand(height: number): string {
  const low = Math.floor(height / 500) * 500
  return `${low} to ${low + 499}`
}

function yesOrNo(flag: boolean | null): string | null {
  return flag === null ? null : flag ? 'yes' : 'no'
}
