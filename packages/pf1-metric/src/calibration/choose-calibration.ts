/** Which calibration of a network's log-odds to use, by what each does to patients that it was not fitted on. */
import { checkInputs } from '../check-inputs.ts'
import { checkGroups } from '../ranking.ts'
import { type Calibration, type CalibrationMethod, fitMethod, suits } from './calibration.ts'
import { chooseByHeldOutLoss, type HeldOutOptions } from './held-out-loss.ts'

/** The calibration with the least held-out loss, and the loss of each method. */
export interface CalibrationChoice {
  readonly calibration: Calibration
  /** Mean log loss of each method on patients that it was not fitted on; a method that does not fit these samples is left out. */
  readonly logLoss: { readonly none: number } & Readonly<Partial<Record<CalibrationMethod, number>>>
}

const methods = ['none', 'platt', 'isotonic'] as const

/**
 * Fits each method on all groups but a part, judges it by the log loss of that part, and takes the best; a simpler one where the
 * difference is below its standard error over groups.
 *
 * @param targets 0 or 1, [N]
 * @param logOdds finite numbers, [N]
 * @param groups the patient of each, who is never on both sides, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * chooseCalibration(targets, logOdds, patientIds).calibration // { method: 'platt', slope: 1.31, intercept: -1.9 }
 */
export function chooseCalibration(
  targets: ArrayLike<number>,
  logOdds: ArrayLike<number>,
  groups: ArrayLike<string>,
  options: HeldOutOptions = {},
): CalibrationChoice {
  checkInputs(targets, logOdds, 'logits')
  checkGroups(targets, groups)
  const { chosen, tried } = chooseByHeldOutLoss(
    methods
      .filter((name) => suits(name, targets))
      .map((name) => ({
        name,
        fit: (some, odds) => (name === 'none' ? { method: name } : fitMethod(name, some, odds)),
      })),
    { targets, logOdds, groups },
    options,
  )
  return {
    calibration: chosen.calibration,
    logLoss: Object.fromEntries(tried.map(({ name, logLoss }) => [name, logLoss])) as CalibrationChoice['logLoss'],
  }
}
