/** The statistics of breasts that a test reports, each with the interval that covers the truth as often as it says (see the README's table). */
import { brierScore } from './brier-score.ts'
import { expectedCalibrationError } from './expected-calibration-error.ts'
import type { BreastSample, BreastStatistic } from './figures.ts'
import { effectiveCounts } from './intervals/effective-counts.ts'
import { f1Interval } from './intervals/f1-interval.ts'
import { averagePrecisionInterval, brierInterval, pf1Interval } from './intervals/ratio-intervals.ts'
import { rocAucInterval } from './intervals/roc-auc-interval.ts'
import { sensitivityAtSpecificityInterval } from './intervals/sensitivity-interval.ts'
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
    interval: ({ targets, probabilities, patients }, resampling) =>
      thresholdInterval(targets, probabilities, patients, { ...options, ...resampling }),
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
      interval: ({ targets, probabilities, patients }) => pf1Interval(targets, probabilities, patients),
    },
    pf1AtThreshold: pf1AtThreshold(threshold),
    rocAuc: {
      value: ({ targets, probabilities }) => rocAuc(targets, probabilities),
      interval: ({ targets, probabilities, patients }) => rocAucInterval(targets, probabilities, patients),
    },
    averagePrecision: {
      value: ({ targets, probabilities }) => averagePrecision(targets, probabilities),
      interval: ({ targets, probabilities, patients }) => averagePrecisionInterval(targets, probabilities, patients),
    },
    sensitivityAtSpecificity95: {
      value: ({ targets, probabilities }) => sensitivityAtSpecificity(targets, probabilities, 0.95).sensitivity,
      interval: ({ targets, probabilities, patients }, options) =>
        sensitivityAtSpecificityInterval(targets, probabilities, patients, 0.95, options),
    },
    sensitivity: shareCalled(1, (probability) => probability >= threshold),
    specificity: shareCalled(0, (probability) => probability < threshold),
    brier: {
      value: ({ targets, probabilities }) => brierScore(targets, probabilities),
      interval: ({ targets, probabilities, patients }) => brierInterval(targets, probabilities, patients),
    },
    // Biased upward, so that an interval around it misses the truth: calibrationNoise says by how much.
    ece: { value: ({ targets, probabilities }) => expectedCalibrationError(targets, probabilities) },
  } satisfies Record<string, BreastStatistic>
}

/** The share of the breasts of one class that are called rightly. */
function shareCalled(target: 0 | 1, isRight: (probability: number) => boolean): BreastStatistic {
  const countsOf = ({ targets, probabilities, patients }: BreastSample) => {
    const members = targets.map((_, i) => i).filter((i) => targets[i] === target)
    const outcomes = members.map((i) => Number(isRight(probabilities[i])))
    return { outcomes, patients: members.map((i) => patients[i]) }
  }
  return {
    value: (sample) => {
      const { outcomes } = countsOf(sample)
      return outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length
    },
    interval: (sample) => {
      const { outcomes, patients } = countsOf(sample)
      const { successes, trials } = effectiveCounts(outcomes, patients)
      return clopperPearson(successes, trials)
    },
  }
}
