import { logOdds } from '@mammokit/mammogram-classifier/selection'
import {
  type BreastPrediction,
  calibrationLine,
  calibrationNoise,
  figuresOf,
  probabilitiesOf,
  statisticsAt,
  targetsOf,
  undefinedFigure,
} from '@mammokit/pf1-metric'

/** What a calibration is judged by. */
export async function calibrationFigures(breasts: readonly BreastPrediction[], threshold: number, seed: number) {
  const { logLoss, brier, ece } = statisticsAt(threshold)
  const patients = breasts.map(({ patientId }) => patientId)
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  const hasBoth = targets.includes(0) && targets.includes(1)
  const { slope, intercept } = hasBoth
    ? calibrationLine(targets, probabilities.map(logOdds), patients)
    : { slope: undefinedFigure, intercept: undefinedFigure }
  return {
    ...(await figuresOf(breasts, { logLoss, brier, ece })),
    eceIfCalibrated: calibrationNoise(probabilities, { seed }),
    calibrationSlope: slope,
    calibrationIntercept: intercept,
  }
}
