/** Figures per subgroup of the test set: data set, site, machine, view, density, age. */
import { type AggregationMethod, type SubgroupFigures, subgroupFigures, subgroupsBy } from '@mammokit/pf1-metric'
import type { SplitRow } from '@mammokit/screening-data'
import type { Prediction } from '@mammokit/training-run/schema'

/** A row, and of several data sets which one. */
type GroupedRow = SplitRow & { readonly set?: string | null }

/** What each column's group of an image is; an empty cell belongs to none. */
const groupOf: Readonly<Record<string, (row: GroupedRow) => string | null>> = {
  set: (row) => row.set ?? null,
  site: (row) => row.siteId?.toString() ?? null,
  machine: (row) => row.machineId?.toString() ?? null,
  view: (row) => row.view,
  density: (row) => row.density,
  age: (row) => (row.age === null ? null : ageBand(row.age)),
}

export interface SubgroupOptions {
  readonly aggregation: AggregationMethod
  readonly threshold: number
}

/** Figures of every group of every column that tells more than one apart. */
export async function subgroupsOf(
  predictions: readonly Prediction[],
  rows: ReadonlyMap<string, GroupedRow>,
  { aggregation, threshold }: SubgroupOptions,
): Promise<SubgroupFigures[]> {
  const columns = Object.entries(groupOf).map(([column, group]) => [
    column,
    ({ imageId }: Prediction) => {
      const row = rows.get(imageId)
      return row ? group(row) : null
    },
  ])
  const groups = subgroupsBy(predictions, Object.fromEntries(columns), aggregation)
  return Promise.all(groups.map((group) => subgroupFigures(group, threshold)))
}

/** A decade. */
export function ageBand(age: number): string {
  const decade = Math.floor(age / 10) * 10
  return `${decade} to ${decade + 9}`
}
