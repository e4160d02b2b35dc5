/** The checkpoints of a run as candidates: breasts, threshold and figures of each, from its predictions alone. */
import {
  averagePrecision,
  type BreastPrediction,
  type ChosenThreshold,
  chooseCalibration,
  chooseThreshold,
  pfBeta,
  probabilitiesOf,
  rocAuc,
  sweepThresholds,
  type ThresholdRule,
  targetsOf,
} from '@mammokit/pf1-metric'
import { epochName, type Predictions } from '@mammokit/training-run'
import type { Aggregation, Selection } from '@mammokit/training-run/schema'
import { classifyBreasts } from '../classify-breasts.ts'
import { logOdds } from '../log-odds.ts'

export interface Candidate {
  readonly epoch: number
  /** Of what they are; the images themselves became breasts. */
  readonly predictions: Omit<Predictions, 'images'>
  readonly breasts: readonly BreastPrediction[]
  readonly plateau: ChosenThreshold['plateau']
  readonly row: Selection['checkpoints'][number]
}

export interface CandidateOptions {
  readonly aggregation: Aggregation
  readonly thresholdRule: ThresholdRule
}

/**
 * Judges one checkpoint by its predictions.
 *
 * @throws ClassifierError, MetricError for predictions that contradict each other
 */
export function toCandidate(
  epoch: number,
  { images, ...predictions }: Predictions,
  { aggregation, thresholdRule }: CandidateOptions,
): Candidate {
  const breasts = classifyBreasts(images, { aggregation })
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  const patients = breasts.map(({ patientId }) => patientId)
  const { threshold, plateau } = chooseThreshold(targets, probabilities, patients, thresholdRule)
  const { score: bestF1 } = sweepThresholds(targets, probabilities)
  const row = {
    checkpoint: epochName(epoch),
    epoch,
    checkpointHash: predictions.checkpointHash,
    predictionsSha256: predictions.sha256,
    threshold,
    pf1AtThreshold: pfBeta(
      targets,
      probabilities.map((p) => Number(p >= threshold)),
    ),
    bestF1,
    pf1: pfBeta(targets, probabilities),
    rocAuc: targets.includes(0) ? rocAuc(targets, probabilities) : null,
    averagePrecision: averagePrecision(targets, probabilities),
  }
  return { epoch, predictions, breasts, plateau, row }
}

/** The candidate with the best F1; ties go to the better average precision, then to the better probabilistic F1, then to the earlier epoch. */
export function bestOf(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((a, b) => (isBetter(b.row, a.row) ? b : a))
}

function isBetter(a: Candidate['row'], b: Candidate['row']): boolean {
  if (a.bestF1 !== b.bestF1) return a.bestF1 > b.bestF1
  if (a.averagePrecision !== b.averagePrecision) return a.averagePrecision > b.averagePrecision
  return a.pf1 > b.pf1
}

/** What a selection decides, without its intervals: the same for the same predictions and options. */
export function decisionOf(candidates: readonly Candidate[]) {
  const { epoch, breasts, plateau, row, predictions } = bestOf(candidates)
  const { checkpoint, threshold, checkpointHash } = row
  return {
    ...{ checkpoint, epoch, threshold, checkpointHash },
    plateau,
    plateauSpan: spanOf(breasts, plateau),
    ...calibrationOf(breasts),
    callAllF1: pfBeta(
      targetsOf(breasts),
      breasts.map(() => 1),
    ),
    patients: new Set(breasts.map(({ patientId }) => patientId)).size,
    breasts: breasts.length,
    positives: breasts.filter(({ target }) => target === 1).length,
    preprocessHash: predictions.preprocessHash,
    splitsSha256: predictions.splitsSha256,
    rowsSha256: predictions.rowsSha256,
    checkpoints: candidates.map((candidate) => candidate.row),
  }
}

function spanOf(breasts: readonly BreastPrediction[], { low, high }: ChosenThreshold['plateau']) {
  const positives = breasts.filter(({ target }) => target === 1).length
  // Just above `low`, which is no part of the plateau, and at `high`.
  const isCalled = { low: (p: number) => p > low, high: (p: number) => p >= high }
  const span = (end: 'low' | 'high') => {
    const called = breasts.filter(({ probability }) => isCalled[end](probability))
    const found = called.filter(({ target }) => target === 1).length
    return { sensitivity: found / positives, recallRate: called.length / breasts.length }
  }
  const [atLow, atHigh] = [span('low'), span('high')]
  return {
    sensitivity: { low: atHigh.sensitivity, high: atLow.sensitivity },
    recallRate: { low: atHigh.recallRate, high: atLow.recallRate },
  }
}

function calibrationOf(breasts: readonly BreastPrediction[]) {
  const patients = breasts.map(({ patientId }) => patientId)
  const { calibration, logLoss } = chooseCalibration(
    targetsOf(breasts),
    probabilitiesOf(breasts).map(logOdds),
    patients,
  )
  return { calibration, calibrationLogLoss: logLoss }
}
