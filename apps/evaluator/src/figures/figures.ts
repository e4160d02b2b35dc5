/** The figures of a set of breasts, each with its 95 % interval over patients. */
import {
  averagePrecision,
  type BreastPrediction,
  bootstrapInterval,
  brierScore,
  confusionMatrix,
  expectedCalibrationError,
  MetricError,
  pfBeta,
  rocAuc,
  sensitivityAtSpecificity,
} from '@mammokit/pf1-metric'
import type { Figure } from '@mammokit/training-run/schema'

export const undefinedFigure: Figure = { value: null, low: null, high: null }

export type Statistic = (breasts: readonly BreastPrediction[]) => number

export interface Resampling {
  readonly resamples: number
  readonly seed: number
}

export const targetsOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ target }) => target)
export const probabilitiesOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ probability }) => probability)

const ofBoth =
  (metric: (targets: number[], probabilities: number[]) => number): Statistic =>
  (breasts) =>
    metric(targetsOf(breasts), probabilitiesOf(breasts))

/** F1 of the breasts called positive at the threshold: what the reference's check_metric maximises. */
export const pf1AtThreshold = (threshold: number) =>
  ofBoth((targets, probabilities) =>
    pfBeta(
      targets,
      probabilities.map((probability) => Number(probability >= threshold)),
    ),
  )

/** Every figure of test.json by its name there. */
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
  } satisfies Record<string, Statistic>
}

/** A statistic with its interval over patients. */
export function figureOf(breasts: readonly BreastPrediction[], statistic: Statistic, resampling: Resampling): Figure {
  try {
    const { value, low, high } = bootstrapInterval(breasts, statistic, resampling)
    return Number.isNaN(value) ? undefinedFigure : { value, low, high }
  } catch (error) {
    if (!(error instanceof MetricError)) throw error
    if (error.code === 'undefined-statistic') return { value: finite(statistic(breasts)), low: null, high: null }
    if (error.code === 'no-positives' || error.code === 'no-negatives') return undefinedFigure
    throw error
  }
}

/** All statistics with their intervals, under the same names. */
export function figuresOf<Name extends string>(
  breasts: readonly BreastPrediction[],
  statistics: Readonly<Record<Name, Statistic>>,
  resampling: Resampling,
): Record<Name, Figure> {
  const names = Object.keys(statistics) as Name[]
  const figures = names.map((name) => [name, figureOf(breasts, statistics[name], resampling)])
  return Object.fromEntries(figures) as Record<Name, Figure>
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
