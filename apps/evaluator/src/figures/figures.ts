/** The figures of a set of breasts, each with its 95 % interval over patients. */
import { setImmediate } from 'node:timers/promises'
import type { CommandContext } from '@mammokit/command-line'
import {
  averagePrecision,
  type BreastPrediction,
  bootstrapSteps,
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
  /** Called after every resample of a figure. @default nothing */
  readonly onResample?: (() => Promise<void> | undefined) | undefined
}

/** Shows the bootstrap of `figures` figures as one stage, and lets signals through between two resamples. */
export function resamplingStage(
  label: string,
  figures: number,
  { resamples, seed }: Resampling,
  { progress, signal }: CommandContext,
): Resampling {
  let done = 0
  let rested = performance.now()
  progress.start(label, figures * resamples)
  return {
    resamples,
    seed,
    onResample() {
      progress.update(++done)
      const now = performance.now()
      if (now - rested < restMs) return undefined
      rested = now
      return setImmediate().then(() => signal?.throwIfAborted())
    },
  }
}

const restMs = 50

export const targetsOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ target }) => target)
export const probabilitiesOf = (breasts: readonly BreastPrediction[]) => breasts.map(({ probability }) => probability)

const ofBoth =
  (metric: (targets: number[], probabilities: number[]) => number): Statistic =>
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
export async function figureOf(
  breasts: readonly BreastPrediction[],
  statistic: Statistic,
  { resamples, seed, onResample }: Resampling,
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

/** All statistics with their intervals, under the same names. */
export async function figuresOf<Name extends string>(
  breasts: readonly BreastPrediction[],
  statistics: Readonly<Record<Name, Statistic>>,
  resampling: Resampling,
): Promise<Record<Name, Figure>> {
  const figures: Partial<Record<Name, Figure>> = {}
  for (const name of Object.keys(statistics) as Name[]) {
    figures[name] = await figureOf(breasts, statistics[name], resampling)
  }
  return figures as Record<Name, Figure>
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
