/** A calibration of a network's log-odds as a value, and the fit of each method. */
import { checkInputs } from '../check-inputs.ts'
import { sigmoid } from '../log-odds.ts'
import { interpolate, isotonicRegression } from './isotonic-regression.ts'
import { plattScaling } from './platt-scaling.ts'

/** A calibration as numbers, which JSON keeps: log-odds in, probability out by {@link calibrate}. */
export type Calibration =
  | { readonly method: 'none' }
  /** A line in log-odds. */
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  /** Straight between the points, constant beyond them. */
  | { readonly method: 'isotonic'; readonly logOdds: readonly number[]; readonly probabilities: readonly number[] }

/** Name of a calibration: `none`, or how it is fitted. */
export type CalibrationMethod = Calibration['method']

/**
 * Fewer positives give steps that are noise: Niculescu-Mizil and Caruana, "Predicting Good Probabilities With Supervised Learning", 2005,
 * section 5.
 */
const minPositivesOfIsotonic = 200

/** The calibrated probability of log-odds, 0 to 1. */
export function calibrate(calibration: Calibration, logOdds: number): number {
  if (calibration.method === 'none') return sigmoid(logOdds)
  if (calibration.method === 'platt') return sigmoid(calibration.slope * logOdds + calibration.intercept)
  return interpolate(calibration.logOdds, calibration.probabilities, logOdds)
}

/**
 * Fits one method; null where it does not fit these samples: without both classes, Platt's line where it does not rise, isotonic regression
 * below 200 positives.
 *
 * @param targets 0 or 1, [N]
 * @param logOdds finite numbers, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`
 */
export function fitCalibration(
  method: CalibrationMethod,
  targets: ArrayLike<number>,
  logOdds: ArrayLike<number>,
): Calibration | null {
  checkInputs(targets, logOdds, 'logits')
  if (method === 'none') return { method }
  if (!suits(method, targets)) return null
  return fitMethod(method, targets, logOdds)
}

/** Whether there are enough positives for a method. */
export function suits(method: CalibrationMethod, targets: ArrayLike<number>): boolean {
  return method !== 'isotonic' || positivesOf(targets) >= minPositivesOfIsotonic
}

/** As `fitCalibration`, of any number of positives. */
export function fitMethod(
  method: Exclude<CalibrationMethod, 'none'>,
  targets: ArrayLike<number>,
  logOdds: ArrayLike<number>,
): Calibration | null {
  const positives = positivesOf(targets)
  if (positives === 0 || positives === targets.length) return null
  if (method === 'isotonic') return fitSteps(targets, logOdds)
  const { slope, intercept } = plattScaling(targets, logOdds)
  return slope > 0 ? { method, slope, intercept } : null
}

/** The ends of the steps; no number of samples makes a step certain. */
function fitSteps(targets: ArrayLike<number>, logOdds: ArrayLike<number>): Calibration {
  const { scores, probabilities } = isotonicRegression(targets, logOdds)
  const margin = 1 / (targets.length + 2)
  const ends: number[] = []
  for (let i = 0; i < scores.length; i++) {
    if (probabilities[i] !== probabilities[i - 1] || probabilities[i] !== probabilities[i + 1]) ends.push(i)
  }
  return {
    method: 'isotonic',
    logOdds: ends.map((i) => scores[i]),
    probabilities: ends.map((i) => Math.min(Math.max(probabilities[i], margin), 1 - margin)),
  }
}

function positivesOf(targets: ArrayLike<number>): number {
  let positives = 0
  for (let i = 0; i < targets.length; i++) positives += targets[i]
  return positives
}
