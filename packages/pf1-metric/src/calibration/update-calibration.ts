/**
 * A calibration that was fitted elsewhere, held against new cases, and changed by as little as these ask for.
 *
 * Reference: Steyerberg et al., "Validation and updating of predictive logistic regression models: a study on sample size and shrinkage",
 * 2004: recalibration in the large before a new slope, and that before anything freer.
 */
import { checkInputs } from '../check-inputs.ts'
import type { Figure } from '../figure.ts'
import { tQuantile } from '../intervals/quantiles.ts'
import { sigmoid, logOdds as toLogOdds } from '../log-odds.ts'
import { checkGroups } from '../ranking.ts'
import { type Calibration, calibrate, fitCalibration, fitMethod } from './calibration.ts'
import { type CalibrationFit, chooseByHeldOutLoss, type HeldOutOptions, meanDifference } from './held-out-loss.ts'
import { fitLogisticLine } from './logistic-line.ts'

/** `kept`: the current one; `shifted`: its log-odds moved as a whole; `platt`, `isotonic`: fitted anew. */
export type CalibrationUpdateMethod = 'kept' | 'shifted' | 'platt' | 'isotonic'

/** A calibration for a new site's cases, and what it gains over the current one. */
export interface CalibrationUpdate {
  readonly method: CalibrationUpdateMethod
  readonly calibration: Calibration
  /** Mean log loss of each on patients that it was not fitted on; one that does not fit these samples is left out. */
  readonly logLoss: { readonly kept: number } & Readonly<Partial<Record<CalibrationUpdateMethod, number>>>
  /** Log loss of the current calibration minus that of the new one, on patients that the latter was not fitted on; without interval where it is kept. */
  readonly gain: Figure
}

/**
 * Fits each update on all groups but a part, judges it by the log loss of that part, and takes the best; one that changes less where the
 * difference is below its standard error over groups.
 *
 * @param targets 0 or 1, [N]
 * @param logOdds of the network, not calibrated, finite, [N]
 * @param groups the patient of each, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * updateCalibration({ method: 'none' }, targets, logOdds, patientIds).method // 'shifted'
 */
export function updateCalibration(
  current: Calibration,
  targets: ArrayLike<number>,
  logOdds: ArrayLike<number>,
  groups: ArrayLike<string>,
  options: HeldOutOptions = {},
): CalibrationUpdate {
  checkInputs(targets, logOdds, 'logits')
  checkGroups(targets, groups)
  const fits: CalibrationFit<CalibrationUpdateMethod>[] = [
    { name: 'kept', fit: () => current },
    { name: 'shifted', fit: (some, odds) => shiftCalibration(current, some, odds) },
    { name: 'platt', fit: (some, odds) => fitMethod('platt', some, odds) },
  ]
  if (fitCalibration('isotonic', targets, logOdds) !== null) {
    fits.push({ name: 'isotonic', fit: (some, odds) => fitMethod('isotonic', some, odds) })
  }
  const { chosen, tried } = chooseByHeldOutLoss(fits, { targets, logOdds, groups }, options)
  return {
    method: chosen.name,
    calibration: chosen.calibration,
    logLoss: Object.fromEntries(tried.map(({ name, logLoss }) => [name, logLoss])) as CalibrationUpdate['logLoss'],
    gain: gainOf(tried[0].losses, chosen.losses, groups),
  }
}

function gainOf(current: Float64Array, chosen: Float64Array, groups: ArrayLike<string>): Figure {
  if (current === chosen) return { value: 0, low: null, high: null }
  const { mean, deviation } = meanDifference(current, chosen, groups)
  const patients = new Set(Array.from(groups)).size
  const spread = tQuantile(0.95, Math.max(1, patients - 1)) * deviation
  return { value: mean, low: mean - spread, high: mean + spread }
}

/**
 * Recalibration in the large: the current calibration with the most likely constant added to its log-odds; null without both classes, of
 * which none is finite.
 *
 * @param targets 0 or 1, [N]
 * @param logOdds of the network, not calibrated, finite, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`
 */
export function shiftCalibration(
  current: Calibration,
  targets: ArrayLike<number>,
  logOdds: ArrayLike<number>,
): Calibration | null {
  checkInputs(targets, logOdds, 'logits')
  const calibrated = Float64Array.from(logOdds, (x) => calibratedLogOdds(current, x))
  const line = fitLogisticLine(calibrated, targets, 1)
  if (line === null) return null
  const { intercept } = line
  if (current.method === 'none') return { method: 'platt', slope: 1, intercept }
  if (current.method === 'platt') return { ...current, intercept: current.intercept + intercept }
  return { ...current, probabilities: current.probabilities.map((p) => sigmoid(toLogOdds(p) + intercept)) }
}

/** Not by way of the probability of a line, of which 1 has no digits left. */
function calibratedLogOdds(calibration: Calibration, logOdds: number): number {
  if (calibration.method === 'none') return logOdds
  if (calibration.method === 'platt') return calibration.slope * logOdds + calibration.intercept
  return toLogOdds(calibrate(calibration, logOdds))
}
