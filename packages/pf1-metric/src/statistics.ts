/** The statistics of breasts that a test reports, each with the interval that covers the truth as often as it says (see the README's table). */
import { brierScore } from './brier-score.ts'
import { expectedCalibrationError } from './calibration/expected-calibration-error.ts'
import { type ThresholdRule, thresholdOfRanking } from './choose-threshold.ts'
import { type CumulativeCounts, requireClasses } from './cumulative-counts.ts'
import type { BreastSample, BreastStatistic } from './figures.ts'
import { effectiveCounts } from './intervals/effective-counts.ts'
import { f1Interval } from './intervals/f1-interval.ts'
import { averagePrecisionInfluences, brierInfluences, pf1Influences } from './intervals/influences.ts'
import { logLossIntervalOf } from './intervals/log-loss-interval.ts'
import { influenceInterval } from './intervals/ratio-intervals.ts'
import { rocAucIntervalOf } from './intervals/roc-auc-interval.ts'
import { sensitivityIntervalOf } from './intervals/sensitivity-interval.ts'
import { clopperPearson } from './intervals/share-intervals.ts'
import { logLoss } from './log-loss.ts'
import { pfBeta } from './pf-beta.ts'
import { averagePrecisionOf } from './precision-recall.ts'
import { areaOf, sensitivityAtSpecificity, sensitivityOf } from './roc.ts'
import { thresholdInterval } from './threshold-interval.ts'

/** F1 of the breasts called positive at the threshold: what the reference's check_metric maximizes. */
export function pf1AtThreshold(threshold: number): BreastStatistic {
  const callsOf = ({ probabilities }: BreastSample) => probabilities.map((p) => Number(p >= threshold))
  return {
    value: (sample) => pfBeta(sample.targets, callsOf(sample)),
    interval: (sample) => f1Interval(sample.targets, callsOf(sample), sample.patients()),
  }
}

/** The threshold by a rule; its interval is where 95 % of the resamples of patients have theirs. */
export function chosenThreshold(rule: ThresholdRule): BreastStatistic {
  return {
    value: ({ ranking }) => thresholdOfRanking(ranking(), rule).threshold,
    interval: ({ ranking }, _, resampling) => thresholdInterval(ranking(), rule, resampling),
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
      value: ({ counts }) => areaOf(withClasses(counts(), 'rocAuc', 'both')),
      interval: ({ ranking }, value) => rocAucIntervalOf(ranking(), value),
    },
    averagePrecision: {
      value: ({ counts }) => averagePrecisionOf(withClasses(counts(), 'averagePrecision', 'positives')),
      interval: ({ ranking }, value) => influenceInterval(ranking(), value, averagePrecisionInfluences),
    },
    sensitivityAtSpecificity90: sensitivityAt(0.9),
    sensitivityAtSpecificity95: sensitivityAt(0.95),
    // Without an interval: a threshold that few cancers decide makes those of the bootstrap too short (0.84 to 0.93 of 0.95).
    specificityAtSensitivity90: { value: (sample) => specificityAt(sample, 0.9) },
    sensitivity: shareOf(
      (target) => target === 1,
      (_, probability) => probability >= threshold,
    ),
    specificity: shareOf(
      (target) => target === 0,
      (_, probability) => probability < threshold,
    ),
    // Of the sample's own prevalence.
    ppv: shareOf(
      (_, probability) => probability >= threshold,
      (target) => target === 1,
    ),
    npv: shareOf(
      (_, probability) => probability < threshold,
      (target) => target === 0,
    ),
    /** Share of all that are called, and share of all that are called and have cancer. */
    recallRate: shareOf(
      () => true,
      (_, probability) => probability >= threshold,
    ),
    detectionRate: shareOf(
      () => true,
      (target, probability) => target === 1 && probability >= threshold,
    ),
    logLoss: {
      value: ({ targets, probabilities }) => logLoss(targets, probabilities),
      interval: ({ ranking }, value) => logLossIntervalOf(ranking(), value),
    },
    brier: {
      value: ({ targets, probabilities }) => brierScore(targets, probabilities),
      interval: ({ ranking }, value) => influenceInterval(ranking(), value, brierInfluences),
    },
    // Biased upward, so that an interval around it misses the truth: calibrationNoise says by how much.
    ece: { value: ({ targets, probabilities }) => expectedCalibrationError(targets, probabilities) },
  } satisfies Record<string, BreastStatistic>
}

/** The same counts. @throws MetricError `no-positives`, `no-negatives` */
function withClasses(counts: CumulativeCounts, statistic: string, needs: 'positives' | 'both'): CumulativeCounts {
  requireClasses(counts, statistic, needs)
  return counts
}

function sensitivityAt(specificity: number): BreastStatistic {
  return {
    value: ({ counts }) =>
      sensitivityOf(withClasses(counts(), 'sensitivityAtSpecificity', 'both'), specificity).sensitivity,
    interval: ({ ranking }, value, options) => sensitivityIntervalOf(ranking(), value, specificity, options),
  }
}

/** The sensitivity for healthy breasts, by the chance that each is healthy. */
function specificityAt({ targets, probabilities }: BreastSample, sensitivity: number): number {
  const healthy = targets.map((target) => 1 - target)
  const scores = probabilities.map((probability) => -probability)
  return sensitivityAtSpecificity(healthy, scores, sensitivity).sensitivity
}

type Condition = (target: number, probability: number) => boolean

/** The share of the breasts of which one condition holds that also meet another. */
function shareOf(isCounted: Condition, isSuccess: Condition): BreastStatistic {
  const outcomesOf = ({ targets, probabilities, patients }: BreastSample) => {
    const numbers = patients()
    const outcomes = new Uint8Array(targets.length)
    const patientOf = new Uint32Array(targets.length)
    let count = 0
    for (let i = 0; i < targets.length; i++) {
      if (!isCounted(targets[i], probabilities[i])) continue
      outcomes[count] = isSuccess(targets[i], probabilities[i]) ? 1 : 0
      patientOf[count++] = numbers[i]
    }
    return { outcomes: outcomes.subarray(0, count), patientOf: patientOf.subarray(0, count) }
  }
  return {
    value: ({ targets, probabilities }) => {
      let [successes, trials] = [0, 0]
      for (let i = 0; i < targets.length; i++) {
        if (!isCounted(targets[i], probabilities[i])) continue
        trials++
        if (isSuccess(targets[i], probabilities[i])) successes++
      }
      return successes / trials
    },
    interval: (sample) => {
      const { outcomes, patientOf } = outcomesOf(sample)
      const { successes, trials } = effectiveCounts(outcomes, patientOf)
      return clopperPearson(successes, trials)
    },
  }
}
