/** The figures of a set of breasts, each with its 95 % interval over patients. */
import type { BreastPrediction } from './aggregate-by-breast.ts'
import type { CumulativeCounts } from './cumulative-counts.ts'
import { type Figure, undefinedFigure } from './figure.ts'
import type { ResampledIntervalOptions } from './intervals/sensitivity-interval.ts'
import type { Bounds } from './intervals/share-intervals.ts'
import { MetricError } from './metric-error.ts'
import { countsOf, numberGroups, type Ranking, rank } from './ranking.ts'

/** Breasts as columns. */
export interface BreastSample {
  readonly targets: readonly number[]
  readonly probabilities: readonly number[]
  /** Numbers of the patients, from 0 in order of first appearance; given when they are first asked for. */
  readonly patients: () => Uint32Array
  /** The same from the highest probability down; sorted when it is first asked for. */
  readonly ranking: () => Ranking
  /** At each threshold; counted when they are first asked for. */
  readonly counts: () => CumulativeCounts
}

/** Seed, number and progress of resamples, for the figures whose interval is resampled. */
export type FigureOptions = Omit<ResampledIntervalOptions, 'confidence'>

/** A figure of a set of breasts, and the method of its interval. */
export interface BreastStatistic {
  /** NaN where the breasts do not define it, or an error of `no-positives` or `no-negatives`. */
  readonly value: (sample: BreastSample) => number
  /** Null where these breasts have none; left out where no method is known to cover the truth often enough. */
  readonly interval?: (
    sample: BreastSample,
    value: number,
    options: FigureOptions,
  ) => Bounds | null | Promise<Bounds | null>
}

/** The targets of predictions, in their order. */
export const targetsOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ target }) => target)
/** The probabilities of predictions, in their order. */
export const probabilitiesOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ probability }) => probability)

/**
 * A statistic with its interval over patients; without one where it, or these breasts, have none.
 *
 * @throws MetricError whatever the statistic throws, but for breasts of one class, whose figure is undefined
 * @example
 * await figureOf(breasts, statisticsAt(0.5).rocAuc) // { value: 0.83, low: 0.71, high: 0.93 }
 */
export async function figureOf(
  breasts: readonly BreastPrediction[],
  statistic: BreastStatistic,
  options: FigureOptions = {},
): Promise<Figure> {
  const { statistic: figure } = await figuresOf(breasts, { statistic }, options)
  return figure
}

/** All statistics with their intervals, under the same names. @throws MetricError as `figureOf` */
export async function figuresOf<Name extends string>(
  breasts: readonly BreastPrediction[],
  statistics: Readonly<Record<Name, BreastStatistic>>,
  options: FigureOptions = {},
): Promise<Record<Name, Figure>> {
  const sample = toSample(breasts)
  const figures: Partial<Record<Name, Figure>> = {}
  for (const name of Object.keys(statistics) as Name[]) {
    const { value: measure, interval } = statistics[name]
    const value = valueOrNaN(measure, sample)
    const bounds = Number.isNaN(value) ? null : await interval?.(sample, value, options)
    figures[name] = Number.isNaN(value)
      ? undefinedFigure
      : { value, low: bounds?.low ?? null, high: bounds?.high ?? null }
  }
  return figures as Record<Name, Figure>
}

function toSample(breasts: readonly BreastPrediction[]): BreastSample {
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  let numbers: Uint32Array | undefined
  let known: Ranking | undefined
  let counts: CumulativeCounts | undefined
  const patients = () => {
    numbers ??= numberGroups(breasts.map(({ patientId }) => patientId)).numbers
    return numbers
  }
  const ranking = () => {
    known ??= rank(targets, probabilities, patients())
    return known
  }
  return {
    targets,
    probabilities,
    patients,
    ranking,
    counts: () => {
      counts ??= countsOf(ranking())
      return counts
    },
  }
}

function valueOrNaN(measure: BreastStatistic['value'], sample: BreastSample): number {
  try {
    return measure(sample)
  } catch (error) {
    if (error instanceof MetricError && (error.code === 'no-positives' || error.code === 'no-negatives'))
      return Number.NaN
    throw error
  }
}
