/**
 * Percentile bootstrap that draws whole groups: the images and breasts of one patient are not independent.
 *
 * Reference: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13; Field and Welsh, "Bootstrapping
 * clustered data", 2007 (cluster bootstrap).
 */
import { createRandom, type Random } from '@mammokit/seeded-random'
import { checkOption } from './check-inputs.ts'
import { MetricError } from './metric-error.ts'

/** Options of `bootstrapInterval`. */
export interface BootstrapOptions<Row> {
  /** Which rows are drawn together. @default row => row.patientId */
  readonly groupBy?: (row: Row) => string
  /** Number of resamples, 1 or more. @default 1000 */
  readonly resamples?: number
  /** Coverage of the interval, between 0 and 1. @default 0.95 */
  readonly level?: number
  /** 0 to 2^53 - 1; the same seed draws the same resamples. @default 13 */
  readonly seed?: number
}

/** A statistic with its bootstrap interval. */
export interface Interval {
  /** The statistic of all rows as they are. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** Resamples in which the statistic is undefined (NaN, or no positive or negative was drawn); the interval is of the others. */
  readonly undefinedResamples: number
}

/**
 * Interval of one statistic of rows, by default grouped by their `patientId`.
 *
 * @throws MetricError `empty`, `bad-option`, `undefined-statistic` where more than half of the resamples have no value; whatever `statistic` throws for all rows
 * @example
 * bootstrapInterval(breasts, (rows) => rocAuc(rows.map((r) => r.target), rows.map((r) => r.probability)), { seed: 13 })
 */
export function bootstrapInterval<Row extends object>(
  rows: readonly Row[],
  statistic: (rows: readonly Row[]) => number,
  options: BootstrapOptions<Row> = {},
): Interval {
  return bootstrapIntervals(rows, { statistic }, options).statistic
}

/**
 * Intervals of several statistics over the same resamples.
 *
 * @throws MetricError as `bootstrapInterval`
 * @example
 * bootstrapIntervals(breasts, { pf1: (rows) => pfBeta(targetsOf(rows), probabilitiesOf(rows)), n: (rows) => rows.length })
 */
export function bootstrapIntervals<Row extends object, Name extends string>(
  rows: readonly Row[],
  statistics: Statistics<Row, Name>,
  options: BootstrapOptions<Row> = {},
): Record<Name, Interval> {
  const steps = bootstrapSteps(rows, statistics, options)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/**
 * The same, one resample at a time: the caller can show progress, let other work run in between, and stop.
 *
 * @throws MetricError as `bootstrapInterval`
 * @example
 * const steps = bootstrapSteps(breasts, { pf1 }, { resamples: 2 })
 * steps.next() // { done: false, value: 1 }: the resamples done
 * steps.next() // { done: false, value: 2 }
 * steps.next() // { done: true, value: { pf1: { value, low, high, undefinedResamples } } }
 */
export function* bootstrapSteps<Row extends object, Name extends string>(
  rows: readonly Row[],
  statistics: Statistics<Row, Name>,
  options: BootstrapOptions<Row> = {},
): Generator<number, Record<Name, Interval>> {
  const { groupBy = patientOf, resamples = 1000, level = 0.95, seed = 13 } = options
  checkOption('resamples', resamples, 1, 1e7, true)
  checkOption('level', level, Number.EPSILON, 1 - Number.EPSILON)
  if (rows.length === 0) throw new MetricError('empty', 'Expected at least one row but received none. Pass rows.')

  const names = Object.keys(statistics) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, statistics[name](rows)])) as Record<Name, number>
  const drawn = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  const groups = groupRows(rows, groupBy)
  const random = createRandom(seed, 'bootstrap')
  for (let resample = 0; resample < resamples; resample++) {
    const sample = drawGroups(groups, random)
    for (const name of names) {
      const value = valueOrNaN(statistics[name], sample)
      if (!Number.isNaN(value)) drawn[name].push(value)
    }
    yield resample + 1
  }
  return Object.fromEntries(
    names.map((name) => [name, intervalOf(name, values[name], drawn[name], resamples, level)]),
  ) as Record<Name, Interval>
}

type Statistics<Row, Name extends string> = Readonly<Record<Name, (rows: readonly Row[]) => number>>

function groupRows<Row>(rows: readonly Row[], groupBy: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = groupBy(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return [...groups.values()]
}

/** As many groups as there are, drawn with replacement; loops, because flatMap takes ten times as long here. */
function drawGroups<Row>(groups: readonly Row[][], random: Random): Row[] {
  const sample: Row[] = []
  for (let i = 0; i < groups.length; i++) for (const row of groups[random.below(groups.length)]) sample.push(row)
  return sample
}

function patientOf(row: object): string {
  if ('patientId' in row && typeof row.patientId === 'string') return row.patientId
  throw new MetricError(
    'bad-option',
    'Expected a patientId string in every row but received a row without. Add it, or pass groupBy.',
    { row },
  )
}

/** A resample may lack a class; that is the one failure a statistic may have. */
function valueOrNaN<Row>(statistic: (rows: readonly Row[]) => number, rows: readonly Row[]): number {
  try {
    return statistic(rows)
  } catch (error) {
    if (error instanceof MetricError && (error.code === 'no-positives' || error.code === 'no-negatives'))
      return Number.NaN
    throw error
  }
}

function intervalOf(name: string, value: number, drawn: number[], resamples: number, level: number): Interval {
  const undefinedResamples = resamples - drawn.length
  if (undefinedResamples * 2 > resamples) {
    throw new MetricError(
      'undefined-statistic',
      `Expected ${name} to be defined in most resamples but received ${undefinedResamples} of ${resamples} without a value. There are too few groups of one class for an interval.`,
      { undefinedResamples, resamples },
    )
  }
  const sorted = Float64Array.from(drawn).sort()
  return {
    value,
    low: quantile(sorted, (1 - level) / 2),
    high: quantile(sorted, (1 + level) / 2),
    undefinedResamples,
  }
}

/** Linear interpolation between order statistics, numpy's default. */
export function quantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (position - below) * (sorted[above] - sorted[below])
}
