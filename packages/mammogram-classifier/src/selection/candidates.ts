/** The checkpoints of a run as candidates: breasts, threshold and figures of each, from its predictions alone. */
import {
  averagePrecision,
  type BreastPrediction,
  chooseCalibration,
  pfBeta,
  probabilitiesOf,
  rocAuc,
  sweepThresholds,
  type ThresholdSweep,
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
  readonly sweep: ThresholdSweep
  readonly row: Selection['checkpoints'][number]
}

export interface CandidateOptions {
  readonly aggregation: Aggregation
  /** Step of the threshold grid; null tries every observed probability. */
  readonly gridStep: number | null
}

/** The best F1 of breasts and the thresholds that give it. @throws MetricError as `sweepThresholds` */
export function sweepOf(breasts: readonly BreastPrediction[], gridStep: number | null): ThresholdSweep {
  return sweepThresholds(targetsOf(breasts), probabilitiesOf(breasts), gridStep === null ? {} : { gridStep })
}

/**
 * Judges one checkpoint by its predictions.
 *
 * @throws ClassifierError, MetricError for predictions that contradict each other
 */
export function toCandidate(
  epoch: number,
  { images, ...predictions }: Predictions,
  { aggregation, gridStep }: CandidateOptions,
): Candidate {
  const breasts = classifyBreasts(images, { aggregation })
  const sweep = sweepOf(breasts, gridStep)
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  const row = {
    checkpoint: epochName(epoch),
    epoch,
    checkpointHash: predictions.checkpointHash,
    predictionsSha256: predictions.sha256,
    threshold: sweep.threshold,
    pf1AtThreshold: sweep.score,
    pf1: pfBeta(targets, probabilities),
    rocAuc: targets.includes(0) ? rocAuc(targets, probabilities) : null,
    averagePrecision: averagePrecision(targets, probabilities),
  }
  return { epoch, predictions, breasts, sweep, row }
}

/** The candidate with the best F1; ties go to the better average precision, then to the better probabilistic F1, then to the earlier epoch. */
export function bestOf(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((a, b) => (isBetter(b.row, a.row) ? b : a))
}

function isBetter(a: Candidate['row'], b: Candidate['row']): boolean {
  if (a.pf1AtThreshold !== b.pf1AtThreshold) return a.pf1AtThreshold > b.pf1AtThreshold
  if (a.averagePrecision !== b.averagePrecision) return a.averagePrecision > b.averagePrecision
  return a.pf1 > b.pf1
}

/** What a selection decides, without its intervals: the same for the same predictions and options. */
export function decisionOf(candidates: readonly Candidate[]) {
  const { epoch, breasts, sweep, row, predictions } = bestOf(candidates)
  const { checkpoint, threshold, checkpointHash } = row
  return {
    ...{ checkpoint, epoch, threshold, checkpointHash },
    plateau: sweep.plateau,
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

function calibrationOf(breasts: readonly BreastPrediction[]) {
  const patients = breasts.map(({ patientId }) => patientId)
  const { calibration, logLoss } = chooseCalibration(
    targetsOf(breasts),
    probabilitiesOf(breasts).map(logOdds),
    patients,
  )
  return { calibration, calibrationLogLoss: logLoss }
}
