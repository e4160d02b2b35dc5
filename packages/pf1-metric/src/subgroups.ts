/** Figures per subgroup: site, machine, view, density, age, or whatever tells images apart. */
import {
  type AggregationMethod,
  type BreastPrediction,
  groupByBreast,
  type ImagePrediction,
  reduceByBreast,
} from './aggregate-by-breast.ts'
import type { SubgroupUnit } from './comparisons/subgroup-test.ts'
import { type Figure, undefinedFigure } from './figure.ts'
import { type BreastStatistic, figuresOf } from './figures.ts'
import { statisticsAt } from './statistics.ts'

/** The breasts of a group of images. */
export interface Subgroup {
  readonly column: string
  readonly value: string
  readonly breasts: readonly BreastPrediction[]
  readonly positives: number
  /** Whether there are enough breasts with cancer for intervals. */
  readonly hasIntervals: boolean
}

/** Figures of the breasts with one value in one column. */
export interface SubgroupFigures {
  readonly column: string
  readonly value: string
  readonly breasts: number
  readonly positives: number
  readonly pf1AtThreshold: Figure
  readonly rocAuc: Figure
  readonly sensitivity: Figure
  readonly specificity: Figure
}

/** Below this many breasts with cancer an interval would be mostly noise. */
const minForInterval = 10

/** The group of images of which an attribute is not known; the last of its column. */
export const unknownValue = 'unknown'

/**
 * The groups of every column that tells images apart, in order; a breast counts with its images of the group.
 *
 * @param columns each column's group of an image; null for none
 * @throws MetricError `labels-disagree`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * subgroupsBy(images, { view: (image) => image.view }, 'mean').map(({ value }) => value) // ['CC', 'MLO']
 */
export function subgroupsBy<Image extends ImagePrediction>(
  images: readonly Image[],
  columns: Readonly<Record<string, (image: Image) => string | null>>,
  method: AggregationMethod,
): Subgroup[] {
  const groupsBy = subgrouper(images, method)
  return Object.entries(columns).flatMap(([column, groupOf]) => groupsBy(column, groupOf))
}

/**
 * The same column by column, so that the groups of one need not be kept for the next.
 *
 * @throws MetricError as `subgroupsBy`
 * @example
 * const groupsBy = subgrouper(images, 'mean')
 * groupsBy('view', (image, index) => views[index]).map(({ value }) => value) // ['CC', 'MLO']
 */
export function subgrouper<Image extends ImagePrediction>(
  images: readonly Image[],
  method: AggregationMethod,
): (column: string, groupOf: (image: Image, index: number) => string | null) => Subgroup[] {
  const { breasts: all, breastOf } = groupByBreast(images)
  // Of each breast its place among those of the group at hand, and which group that was.
  const places = new Uint32Array(all.length)
  const groupAt = new Int32Array(all.length).fill(-1)
  let group = 0
  return (column, groupOf) =>
    membersByValue(images, groupOf).map(([value, members]) => {
      const first: number[] = []
      const counts: number[] = []
      const placeOf = new Uint32Array(members.length)
      const given = new Float64Array(members.length)
      for (let i = 0; i < members.length; i++) {
        const breast = breastOf[members[i]]
        if (groupAt[breast] !== group) {
          groupAt[breast] = group
          places[breast] = first.push(breast) - 1
          counts.push(0)
        }
        counts[places[breast]]++
        placeOf[i] = places[breast]
        given[i] = images[members[i]].probability
      }
      group++
      const probabilities = reduceByBreast(counts, placeOf, given, method)
      let positives = 0
      const breasts = first.map((breast, i): BreastPrediction => {
        // Field by field: copies of objects are most of the time here.
        const { breastId, patientId, laterality, target } = all[breast]
        positives += target
        return { breastId, patientId, laterality, target, images: counts[i], probability: probabilities[i] }
      })
      return { column, value, breasts, positives, hasIntervals: positives >= minForInterval }
    })
}

/** The figures of a subgroup at a threshold, without intervals where it has too few breasts for them. */
export async function subgroupFigures(
  { column, value, breasts, positives, hasIntervals }: Subgroup,
  threshold: number,
): Promise<SubgroupFigures> {
  const { pf1AtThreshold, rocAuc, sensitivity, specificity } = statisticsAt(threshold)
  const statistics = { pf1AtThreshold, rocAuc, sensitivity, specificity }
  const figures = await figuresOf(breasts, hasIntervals ? statistics : withoutIntervals(statistics))
  return {
    column,
    value,
    breasts: breasts.length,
    positives,
    ...figures,
    // 0 without a cancer is a convention that says nothing about the group.
    ...(positives === 0 && { pf1AtThreshold: undefinedFigure }),
  }
}

function withoutIntervals<Name extends string>(
  statistics: Readonly<Record<Name, BreastStatistic>>,
): Record<Name, BreastStatistic> {
  const values = Object.entries<BreastStatistic>(statistics).map(([name, { value }]) => [name, { value }])
  return Object.fromEntries(values) as Record<Name, BreastStatistic>
}

/** The indexes of the images of each group of a column, in order; none where all images are of one. */
function membersByValue<Image>(
  images: readonly Image[],
  groupOf: (image: Image, index: number) => string | null,
): [value: string, members: number[]][] {
  const groups = new Map<string, number[]>()
  for (let index = 0; index < images.length; index++) {
    const key = groupOf(images[index], index)
    if (!key) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  }
  if (groups.size < 2) return []
  const isLast = (value: string) => Number(value === unknownValue)
  return [...groups].sort(([a], [b]) => isLast(a) - isLast(b) || a.localeCompare(b, 'en', { numeric: true }))
}

/** The breasts of a column's groups, as `subgroupTest` takes them. */
export function subgroupUnits(groups: readonly Subgroup[], threshold: number): SubgroupUnit[] {
  const units: SubgroupUnit[] = []
  for (const { value, breasts } of groups) {
    for (const { patientId, target, probability } of breasts) {
      units.push({ patientId, target, call: probability >= threshold, value })
    }
  }
  return units
}
