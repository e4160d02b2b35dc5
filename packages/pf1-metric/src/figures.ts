/** The figures of a set of breasts, each with its 95 % interval over patients. */
import type { BreastPrediction } from './aggregate-by-breast.ts'
import { bootstrapSteps } from './bootstrap-interval.ts'
import { brierScore } from './brier-score.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { expectedCalibrationError } from './expected-calibration-error.ts'
import { MetricError } from './metric-error.ts'
import { pfBeta } from './pf-beta.ts'
import { averagePrecision } from './precision-recall.ts'
import { rocAuc, sensitivityAtSpecificity } from './roc.ts'

/** A value and its interval; null where the breasts do not define it, as an area without a cancer. */
export interface Figure {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

export type BreastStatistic = (breasts: readonly BreastPrediction[]) => number

export interface FigureOptions {
  /** Number of resamples of patients, 1 or more. @default 1000 */
  readonly resamples?: number
  /** @default 13 */
  readonly seed?: number
  /** Called after every resample of a figure, and awaited: to show progress, let other work run, or stop by throwing. @default nothing */
  readonly onResample?: (() => Promise<void> | undefined) | undefined
}

export const undefinedFigure: Figure = { value: null, low: null, high: null }

export const targetsOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ target }) => target)
export const probabilitiesOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ probability }) => probability)

const ofBoth =
  (metric: (targets: number[], probabilities: number[]) => number): BreastStatistic =>
  (breasts) =>
    metric(targetsOf(breasts), probabilitiesOf(breasts))

/** F1 of the breasts called positive at the threshold: what the reference's check_metric maximizes. */
export const pf1AtThreshold = (threshold: number) =>
  ofBoth((targets, probabilities) =>
    pfBeta(
      targets,
      probabilities.map((probability) => Number(probability >= threshold)),
    ),
  )

/**
 * The statistics that a test reports, by name.
 *
 * @param threshold 0 to 1; a breast at or above it is called positive
 * @example
 * statisticsAt(0.5).sensitivity(breasts) // 0.75
 */
export function statisticsAt(threshold: number) {
  return {
    pf1: ofBoth((targets, probabilities) => pfBeta(targets, probabilities)),
    pf1AtThreshold: pf1AtThreshold(threshold),
    rocAuc: ofBoth(rocAuc),
    averagePrecision: ofBoth(averagePrecision),
    sensitivityAtSpecificity95: ofBoth(
      (targets, scores) => sensitivityAtSpecificity(targets, scores, 0.95).sensitivity,
    ),
    sensitivity: ofBoth((targets, probabilities) => {
      const { truePositives, falseNegatives } = confusionMatrix(targets, probabilities, threshold)
      return truePositives / (truePositives + falseNegatives)
    }),
    specificity: ofBoth((targets, probabilities) => {
      const { trueNegatives, falsePositives } = confusionMatrix(targets, probabilities, threshold)
      return trueNegatives / (trueNegatives + falsePositives)
    }),
    brier: ofBoth(brierScore),
    ece: ofBoth((targets, probabilities) => expectedCalibrationError(targets, probabilities)),
  } satisfies Record<string, BreastStatistic>
}

/**
 * A statistic with its interval over patients; without one where most resamples do not define it.
 *
 * @throws MetricError as `bootstrapInterval`, but for breasts of one class, whose figure is undefined
 * @example
 * await figureOf(breasts, statisticsAt(0.5).rocAuc) // { value: 0.83, low: 0.71, high: 0.93 }
 */
export async function figureOf(
  breasts: readonly BreastPrediction[],
  statistic: BreastStatistic,
  { resamples = 1000, seed = 13, onResample }: FigureOptions = {},
): Promise<Figure> {
  try {
    const steps = bootstrapSteps(breasts, { statistic }, { resamples, seed })
    let step = steps.next()
    for (; !step.done; step = steps.next()) await onResample?.()
    const { value, low, high } = step.value.statistic
    return Number.isNaN(value) ? undefinedFigure : { value, low, high }
  } catch (error) {
    if (!(error instanceof MetricError)) throw error
    if (error.code === 'undefined-statistic') return { value: finite(statistic(breasts)), low: null, high: null }
    if (error.code === 'no-positives' || error.code === 'no-negatives') return undefinedFigure
    throw error
  }
}

/** All statistics with their intervals, under the same names. @throws MetricError as `figureOf` */
export async function figuresOf<Name extends string>(
  breasts: readonly BreastPrediction[],
  statistics: Readonly<Record<Name, BreastStatistic>>,
  options: FigureOptions = {},
): Promise<Record<Name, Figure>> {
  const figures: Partial<Record<Name, Figure>> = {}
  for (const name of Object.keys(statistics) as Name[]) {
    figures[name] = await figureOf(breasts, statistics[name], options)
  }
  return figures as Record<Name, Figure>
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
