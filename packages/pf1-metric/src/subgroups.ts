/** Figures per subgroup: site, machine, view, density, age, or whatever tells images apart. */
import {
  type AggregationMethod,
  aggregateByBreast,
  type BreastPrediction,
  type ImagePrediction,
} from './aggregate-by-breast.ts'
import type { SubgroupUnit } from './comparisons/subgroup-test.ts'
import { type Figure, undefinedFigure } from './figure.ts'
import { type BreastStatistic, figureOf } from './figures.ts'
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
 * @example
 * subgroupsBy(images, { view: (image) => image.view }, 'mean').map(({ value }) => value) // ['CC', 'MLO']
 */
export function subgroupsBy<Image extends ImagePrediction>(
  images: readonly Image[],
  columns: Readonly<Record<string, (image: Image) => string | null>>,
  method: AggregationMethod,
): Subgroup[] {
  return Object.entries(columns).flatMap(([column, groupOf]) =>
    membersByValue(images, groupOf).map(([value, members]) => {
      const breasts = aggregateByBreast(members, { method })
      const positives = breasts.filter(({ target }) => target === 1).length
      const hasIntervals = positives >= minForInterval
      return { column, value, breasts, positives, hasIntervals }
    }),
  )
}

/** The figures of a subgroup at a threshold, without intervals where it has too few breasts for them. */
export async function subgroupFigures(
  { column, value, breasts, positives, hasIntervals }: Subgroup,
  threshold: number,
): Promise<SubgroupFigures> {
  const statistics = statisticsAt(threshold)
  const figure = ({ value, interval }: BreastStatistic) =>
    figureOf(breasts, hasIntervals && interval ? { value, interval } : { value })
  return {
    ...{ column, value, breasts: breasts.length, positives },
    // 0 without a cancer is a convention that says nothing about the group.
    pf1AtThreshold: positives === 0 ? undefinedFigure : await figure(statistics.pf1AtThreshold),
    rocAuc: await figure(statistics.rocAuc),
    sensitivity: await figure(statistics.sensitivity),
    specificity: await figure(statistics.specificity),
  }
}

/** The groups of a column in order; none where all images are of one. */
function membersByValue<Image>(
  images: readonly Image[],
  groupOf: (image: Image) => string | null,
): [value: string, members: Image[]][] {
  const groups = new Map<string, Image[]>()
  for (const image of images) {
    const key = groupOf(image)
    if (!key) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [image])
    else group.push(image)
  }
  if (groups.size < 2) return []
  const isLast = (value: string) => Number(value === unknownValue)
  return [...groups].sort(([a], [b]) => isLast(a) - isLast(b) || a.localeCompare(b, 'en', { numeric: true }))
}

/** The breasts of a column's groups, as `subgroupTest` takes them. */
export function subgroupUnits(groups: readonly Subgroup[], threshold: number): SubgroupUnit[] {
  return groups.flatMap(({ value, breasts }) =>
    breasts.map(({ patientId, target, probability }) => ({ patientId, target, call: probability >= threshold, value })),
  )
}
