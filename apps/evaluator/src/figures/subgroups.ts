/** Figures per subgroup of the test set: site, machine, view, density, age. */
import { type CommandContext, silentContext } from '@mammokit/command-line'
import { type AggregationMethod, aggregateByBreast } from '@mammokit/pf1-metric'
import type { SplitRow } from '@mammokit/screening-data'
import type { Figure, Prediction } from '@mammokit/training-run/schema'
import { figureOf, type Resampling, resamplingStage, type Statistic, statisticsAt, undefinedFigure } from './figures.ts'

export interface Subgroup {
  /** site, machine, view, density or age. */
  readonly column: string
  readonly value: string
  readonly breasts: number
  readonly positives: number
  readonly pf1AtThreshold: Figure
  readonly rocAuc: Figure
  readonly sensitivity: Figure
  readonly specificity: Figure
}

/** What each column's group of an image is; an empty cell belongs to none. */
const groupOf: Readonly<Record<string, (row: SplitRow) => string | null>> = {
  site: (row) => row.siteId?.toString() ?? null,
  machine: (row) => row.machineId?.toString() ?? null,
  view: (row) => row.view,
  density: (row) => row.density,
  age: (row) => (row.age === null ? null : ageBand(row.age)),
}

/** Below this many breasts of a class an interval would be mostly noise. */
const fewestForInterval = 5

export interface SubgroupOptions extends Resampling {
  readonly aggregation: AggregationMethod
  readonly threshold: number
}

/**
 * Figures of every group of every column that tells more than one apart; a breast counts with its images of the group. Groups with fewer
 * than five breasts with cancer, or without, have no intervals.
 */
export async function subgroupsOf(
  predictions: readonly Prediction[],
  splits: ReadonlyMap<string, SplitRow>,
  { aggregation, threshold, resamples, seed }: SubgroupOptions,
  context: CommandContext = silentContext,
): Promise<Subgroup[]> {
  const statistics = statisticsAt(threshold)
  const groups = Object.entries(groupOf).flatMap(([column, group]) =>
    membersByValue(predictions, splits, group).map(([value, members]) => {
      const breasts = aggregateByBreast(members, { method: aggregation })
      const positives = breasts.filter(({ target }) => target === 1).length
      const enough = Math.min(positives, breasts.length - positives) >= fewestForInterval
      return { column, value, breasts, positives, enough }
    }),
  )
  const subgroups: Subgroup[] = []
  const withIntervals = groups.filter(({ enough }) => enough).length
  const resampling =
    withIntervals === 0
      ? { resamples, seed }
      : resamplingStage('bootstrap of subgroups', 4 * withIntervals, { resamples, seed }, context)
  for (const { column, value, breasts, positives, enough } of groups) {
    const figure = async (statistic: Statistic): Promise<Figure> => {
      if (enough) return figureOf(breasts, statistic, resampling)
      const all = await figureOf(breasts, statistic, { resamples: 1, seed })
      return { value: all.value, low: null, high: null }
    }
    subgroups.push({
      ...{ column, value, breasts: breasts.length, positives },
      // 0 without a cancer is a convention that says nothing about the group
      pf1AtThreshold: positives === 0 ? undefinedFigure : await figure(statistics.pf1AtThreshold),
      rocAuc: await figure(statistics.rocAuc),
      sensitivity: await figure(statistics.sensitivity),
      specificity: await figure(statistics.specificity),
    })
  }
  context.progress.stop()
  return subgroups
}

/** The groups of a column in order; none where all images are of one. */
function membersByValue(
  predictions: readonly Prediction[],
  splits: ReadonlyMap<string, SplitRow>,
  group: (row: SplitRow) => string | null,
): [value: string, members: Prediction[]][] {
  const groups = groupBy(predictions, ({ imageId }) => {
    const row = splits.get(imageId)
    return row ? group(row) : null
  })
  if (groups.size < 2) return []
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
}

/** Groups items by key; an item without a key (an image without an age) is in no group. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string | null): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (!key) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

function ageBand(age: number): string {
  const decade = Math.floor(age / 10) * 10
  return `${decade} to ${decade + 9}`
}
