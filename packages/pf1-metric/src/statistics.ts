/** The statistics of breasts that a test reports, each with the interval that covers the truth as often as it says (see the README's table). */
import { brierScore } from './brier-score.ts'
import { expectedCalibrationError } from './expected-calibration-error.ts'
import type { BreastSample, BreastStatistic } from './figures.ts'
import { effectiveCounts } from './intervals/effective-counts.ts'
import { f1Interval } from './intervals/f1-interval.ts'
import { averagePrecisionInfluences, brierInfluences, pf1Influences } from './intervals/influences.ts'
import { influenceInterval } from './intervals/ratio-intervals.ts'
import { rocAucIntervalOf } from './intervals/roc-auc-interval.ts'
import { sensitivityIntervalOf } from './intervals/sensitivity-interval.ts'
import { clopperPearson } from './intervals/share-intervals.ts'
import { thresholdInterval } from './intervals/threshold-interval.ts'
import { pfBeta } from './pf-beta.ts'
import { averagePrecision } from './precision-recall.ts'
import { rocAuc, sensitivityAtSpecificity } from './roc.ts'
import { type SweepOptions, sweepThresholds } from './sweep-thresholds.ts'

/** F1 of the breasts called positive at the threshold: what the reference's check_metric maximizes. */
export function pf1AtThreshold(threshold: number): BreastStatistic {
  const callsOf = ({ probabilities }: BreastSample) => probabilities.map((p) => Number(p >= threshold))
  return {
    value: (sample) => pfBeta(sample.targets, callsOf(sample)),
    interval: (sample) => f1Interval(sample.targets, callsOf(sample), sample.patients),
  }
}

/** The threshold with the best F1; its interval is where 95 % of the resamples of patients have theirs. */
export function sweptThreshold(options: SweepOptions = {}): BreastStatistic {
  return {
    value: ({ targets, probabilities }) => sweepThresholds(targets, probabilities, options).threshold,
    interval: ({ ranking }, _, resampling) => thresholdInterval(ranking(), { ...options, ...resampling }),
  }
}

/**
 * The statistics that a test reports, by name.
 *
 * @param threshold 0 to 1; a breast at or above it is called positive
 * @example
 * await figuresOf(breasts, statisticsAt(0.5)) // { pf1: { value: 0.41, low: 0.33, high: 0.49 }, ... }
 */
export function statisticsAt(threshold: number) {
  return {
    pf1: {
      value: ({ targets, probabilities }) => pfBeta(targets, probabilities),
      interval: ({ ranking }, value) => influenceInterval(ranking(), value, pf1Influences),
    },
    pf1AtThreshold: pf1AtThreshold(threshold),
    rocAuc: {
      value: ({ targets, probabilities }) => rocAuc(targets, probabilities),
      interval: ({ ranking }, value) => rocAucIntervalOf(ranking(), value),
    },
    averagePrecision: {
      value: ({ targets, probabilities }) => averagePrecision(targets, probabilities),
      interval: ({ ranking }, value) => influenceInterval(ranking(), value, averagePrecisionInfluences),
    },
    sensitivityAtSpecificity95: {
      value: ({ targets, probabilities }) => sensitivityAtSpecificity(targets, probabilities, 0.95).sensitivity,
      interval: ({ ranking }, value, options) => sensitivityIntervalOf(ranking(), value, 0.95, options),
    },
    sensitivity: shareCalled(1, (probability) => probability >= threshold),
    specificity: shareCalled(0, (probability) => probability < threshold),
    brier: {
      value: ({ targets, probabilities }) => brierScore(targets, probabilities),
      interval: ({ ranking }, value) => influenceInterval(ranking(), value, brierInfluences),
    },
    // Biased upward, so that an interval around it misses the truth: calibrationNoise says by how much.
    ece: { value: ({ targets, probabilities }) => expectedCalibrationError(targets, probabilities) },
  } satisfies Record<string, BreastStatistic>
}

/** The share of the breasts of one class that are called rightly. */
function shareCalled(target: 0 | 1, isRight: (probability: number) => boolean): BreastStatistic {
  const outcomesOf = ({ targets, probabilities, patients }: BreastSample) => {
    const outcomes: number[] = []
    const patientOf: string[] = []
    for (let i = 0; i < targets.length; i++) {
      if (targets[i] !== target) continue
      outcomes.push(isRight(probabilities[i]) ? 1 : 0)
      patientOf.push(patients[i])
    }
    return { outcomes, patientOf }
  }
  return {
    value: (sample) => {
      const { outcomes } = outcomesOf(sample)
      return outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length
    },
    interval: (sample) => {
      const { outcomes, patientOf } = outcomesOf(sample)
      const { successes, trials } = effectiveCounts(outcomes, patientOf)
      return clopperPearson(successes, trials)
    },
  }
}
