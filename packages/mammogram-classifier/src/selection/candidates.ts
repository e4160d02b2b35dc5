/** The checkpoints of a run as candidates: breasts, threshold and figures of each, from its predictions alone. */
import {
  aggregateBreasts,
  type BreastPrediction,
  type ChosenThreshold,
  chooseCalibration,
  compareFigures,
  logOdds,
  pfBeta,
  type ThresholdRule,
} from '@mammokit/pf1-metric'
import { epochName, type Predictions } from '@mammokit/training-run'
import type { Aggregation, Selection } from '@mammokit/training-run/schema'
import { type BreastColumns, columnsOf } from './breast-columns.ts'

/** A checkpoint among which a selection is made, with its predictions. */
export interface Candidate {
  readonly epoch: number
  /** Of what they are. */
  readonly predictions: Pick<Predictions, 'preprocessHash' | 'splitsSha256' | 'rowsSha256'>
  /** Of the images that every candidate predicts; one object for all that predict the same. */
  readonly sample: BreastColumns
  /** One for each breast of the sample. */
  readonly probabilities: Float64Array
  readonly plateau: ChosenThreshold['plateau']
  readonly row: Selection['checkpoints'][number]
}

/** How the candidates are compared. */
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
  predictions: Predictions,
  { aggregation, thresholdRule }: CandidateOptions,
): Candidate {
  const { checkpointHash, sha256: predictionsSha256, preprocessHash, splitsSha256, rowsSha256 } = predictions
  const sample = columnsOf(predictions.identities)
  const probabilities = aggregateBreasts(sample.groups, predictions.probabilities, { method: aggregation })
  const { plateau, threshold, pf1AtThreshold, bestF1, pf1, rocAuc, averagePrecision } = compareFigures(
    sample.targets,
    probabilities,
    sample.patients,
    thresholdRule,
  )
  const row = {
    checkpoint: epochName(epoch),
    epoch,
    checkpointHash,
    predictionsSha256,
    threshold,
    pf1AtThreshold,
    bestF1,
    pf1,
    rocAuc,
    averagePrecision,
  }
  return { epoch, predictions: { preprocessHash, splitsSha256, rowsSha256 }, sample, probabilities, plateau, row }
}

/** The breasts of a candidate as objects. */
export function breastsOf({ sample, probabilities }: Candidate): BreastPrediction[] {
  return sample.groups.breasts.map((breast, i) => ({ ...breast, probability: probabilities[i] }))
}

/** The candidate with the best F1; ties go to the better average precision, then to the better probabilistic F1, then to the earlier epoch. */
export function bestOf(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((a, b) => (isBetter(b.row, a.row) ? b : a))
}

/** The same of their rows in selection.json. */
export function bestRow(rows: readonly Candidate['row'][]): Candidate['row'] | undefined {
  return rows.reduce<Candidate['row'] | undefined>((a, b) => (a === undefined || isBetter(b, a) ? b : a), undefined)
}

function isBetter(a: Candidate['row'], b: Candidate['row']): boolean {
  if (a.bestF1 !== b.bestF1) return a.bestF1 > b.bestF1
  if (a.averagePrecision !== b.averagePrecision) return a.averagePrecision > b.averagePrecision
  return a.pf1 > b.pf1
}

/** What a selection decides, without its intervals: the same for the same predictions and options. */
export function decisionOf(candidates: readonly Candidate[]) {
  const best = bestOf(candidates)
  const { epoch, plateau, row, predictions } = best
  const { targets, patients } = best.sample
  const { checkpoint, threshold, checkpointHash } = row
  return {
    checkpoint,
    epoch,
    threshold,
    checkpointHash,
    plateau,
    plateauSpan: spanOf(best),
    ...calibrationOf(best),
    callAllF1: pfBeta(targets, new Uint8Array(targets.length).fill(1)),
    patients: new Set(patients).size,
    breasts: targets.length,
    positives: positivesOf(targets),
    ...predictions,
    checkpoints: candidates.map((candidate) => candidate.row),
  }
}

function positivesOf(targets: Uint8Array): number {
  return targets.reduce((sum, target) => sum + target, 0)
}

function spanOf({ sample: { targets }, probabilities, plateau: { low, high } }: Candidate) {
  const positives = positivesOf(targets)
  // Just above `low`, which is no part of the plateau, and at `high`.
  const span = (isCalled: (p: number) => boolean) => {
    let [found, called] = [0, 0]
    for (let i = 0; i < targets.length; i++) {
      if (!isCalled(probabilities[i])) continue
      called++
      found += targets[i]
    }
    return { sensitivity: found / positives, recallRate: called / targets.length }
  }
  const [atLow, atHigh] = [span((p) => p > low), span((p) => p >= high)]
  return {
    sensitivity: { low: atHigh.sensitivity, high: atLow.sensitivity },
    recallRate: { low: atHigh.recallRate, high: atLow.recallRate },
  }
}

function calibrationOf({ sample: { targets, patients }, probabilities }: Candidate) {
  const { calibration, logLoss } = chooseCalibration(targets, probabilities.map(logOdds), patients)
  return { calibration, calibrationLogLoss: logLoss }
}
