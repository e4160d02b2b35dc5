/**
 * How well scores rank breasts, over all pairs and over pairs of one machine, with intervals over patients.
 *
 * A network that only tells machines apart has 0.5 within them, and far more over all pairs where one machine has more cancers.
 */
import { bootstrapIntervals, stratifiedRocAuc } from '@mammokit/pf1-metric'

/** A breast, with the scores of one or several models. */
export interface ScoredBreast {
  readonly patientId: string
  readonly laterality: string
  readonly target: 0 | 1
  readonly machine: string
  /** Breasts are compared with those of the same group only, such as a fold, whose network scored them. */
  readonly group: string
  /** By model. */
  readonly scores: Readonly<Record<string, number>>
}

export interface Figure {
  readonly value: number
  /** The middle 95 % of the resamples of patients. */
  readonly low: number
  readonly high: number
}

/** To four digits, for a file. */
export function roundedFigure({ value, low, high }: Figure): Figure {
  const round = (x: number) => Number(x.toFixed(4))
  return { value: round(value), low: round(low), high: round(high) }
}

export interface BreastFigures {
  readonly breasts: number
  readonly positives: number
  readonly patients: number
  /** Pairs of a breast with and one without cancer, all of them and those of one machine. */
  readonly pairs: number
  readonly pairsWithin: number
  readonly machines: number
  /** By model: the mean of the areas of its scores. */
  readonly pooled: Readonly<Record<string, Figure>>
  readonly withinMachines: Readonly<Record<string, Figure>>
}

/** The scores that a figure is of: those of one model, or of one model trained several times, whose areas are averaged; `minus`, less another's. */
export interface Comparison {
  readonly of: readonly string[]
  readonly minus?: readonly string[]
}

type Stratum = (breast: ScoredBreast) => string

const pooledStratum: Stratum = ({ group }) => group
const machineStratum: Stratum = ({ group, machine }) => JSON.stringify([group, machine])

/**
 * The areas of models and their differences, all from the same resamples of patients.
 *
 * @param resamples of patients
 * @throws MetricError where no pair can be compared
 * @example
 * breastFigures(breasts, { network: { of: ['network'] } }).withinMachines.network // { value: 0.61, low: 0.56, high: 0.66 }
 */
export function breastFigures(
  breasts: readonly ScoredBreast[],
  comparisons: Readonly<Record<string, Comparison>>,
  { resamples = 1000, seed = 13 }: { readonly resamples?: number; readonly seed?: number } = {},
): BreastFigures {
  const figures = (stratumOf: Stratum) => {
    const statistics = Object.fromEntries(
      Object.entries(comparisons).map(([name, { of, minus }]) => {
        const statistic = (rows: readonly ScoredBreast[]) =>
          meanArea(rows, of, stratumOf) - (minus ? meanArea(rows, minus, stratumOf) : 0)
        return [name, statistic]
      }),
    )
    const intervals = bootstrapIntervals(breasts, statistics, { resamples, seed })
    return Object.fromEntries(
      Object.entries(intervals).map(([name, { value, low, high }]) => [name, { value, low, high }]),
    )
  }
  const [first] = Object.values(comparisons)
  const counted = (stratumOf: Stratum) => areaOf(breasts, first?.of[0] ?? '', stratumOf)
  return {
    breasts: breasts.length,
    positives: breasts.filter(({ target }) => target === 1).length,
    patients: new Set(breasts.map(({ patientId }) => patientId)).size,
    pairs: counted(pooledStratum).pairs,
    pairsWithin: counted(machineStratum).pairs,
    machines: new Set(breasts.map(({ machine }) => machine)).size,
    pooled: figures(pooledStratum),
    withinMachines: figures(machineStratum),
  }
}

function meanArea(rows: readonly ScoredBreast[], names: readonly string[], stratumOf: Stratum): number {
  // NaN leaves a resample without a pair out.
  const areas = names.map((name) => areaOf(rows, name, stratumOf).value ?? Number.NaN)
  return areas.reduce((sum, area) => sum + area, 0) / areas.length
}

function areaOf(rows: readonly ScoredBreast[], name: string, stratumOf: Stratum) {
  return stratifiedRocAuc(
    rows.map(({ target }) => target),
    rows.map(({ scores }) => scores[name] ?? Number.NaN),
    rows.map(stratumOf),
  )
}

/** What is known of an image beside its score. */
export interface KnownImage {
  readonly imageId: string
  readonly patientId: string
  readonly laterality: string
  readonly cancer: 0 | 1
  readonly machineId: string | null
}

/**
 * Breasts from images: a breast's score is the mean of its images', its machine that of its first image.
 *
 * @param scoresOf models by name, each with a score for every image by id
 */
export function breastsOf(
  images: readonly KnownImage[],
  scoresOf: Readonly<Record<string, ReadonlyMap<string, number>>>,
  group = '',
): ScoredBreast[] {
  const breasts = new Map<string, KnownImage[]>()
  for (const image of images) {
    const key = JSON.stringify([image.patientId, image.laterality])
    breasts.set(key, [...(breasts.get(key) ?? []), image])
  }
  return [...breasts.values()].map((of) => {
    const [{ patientId, laterality, cancer, machineId }] = of as [KnownImage]
    const mean = (scores: ReadonlyMap<string, number>) =>
      of.reduce((sum, { imageId }) => sum + (scores.get(imageId) ?? Number.NaN), 0) / of.length
    return {
      patientId,
      laterality,
      target: cancer,
      machine: machineId ?? 'unknown',
      group,
      scores: Object.fromEntries(Object.entries(scoresOf).map(([name, scores]) => [name, mean(scores)])),
    }
  })
}
