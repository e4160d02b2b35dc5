/** Which calibration of a network's log-odds to use, by what each does to patients that it was not fitted on. */
import { createRandom } from '@mammokit/seeded-random'
import { checkInputs, checkOption } from '../check-inputs.ts'
import { logLossOf } from '../log-loss.ts'
import { checkGroups } from '../ranking.ts'
import { interpolate, isotonicRegression } from './isotonic-regression.ts'
import { plattScaling } from './platt-scaling.ts'
import { sigmoid } from './sigmoid.ts'

/** A calibration as numbers, which JSON keeps: log-odds in, probability out by {@link calibrate}. */
export type Calibration =
  | { readonly method: 'none' }
  /** A line in log-odds. */
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  /** Straight between the points, constant beyond them. */
  | { readonly method: 'isotonic'; readonly logOdds: readonly number[]; readonly probabilities: readonly number[] }

export type CalibrationMethod = Calibration['method']

export interface CalibrationChoice {
  readonly calibration: Calibration
  /** Mean log loss of each method on patients that it was not fitted on; a method that does not fit these samples is left out. */
  readonly logLoss: { readonly none: number } & Readonly<Partial<Record<CalibrationMethod, number>>>
}

export interface CalibrationOptions {
  /** Parts of the groups, each judged by a fit on the others, 2 or more. @default 5 */
  readonly folds?: number
  /** 0 to 2^53 - 1. @default 13 */
  readonly seed?: number
}

/**
 * Fewer positives give steps that are noise: Niculescu-Mizil and Caruana, "Predicting Good Probabilities With Supervised Learning", 2005,
 * section 5.
 */
const minPositivesOfIsotonic = 200

const methods = ['none', 'platt', 'isotonic'] as const

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
  if (method === 'isotonic' && positivesOf(targets) < minPositivesOfIsotonic) return null
  return fit(method, targets, logOdds)
}

function fit(
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
  { folds = 5, seed = 13 }: CalibrationOptions = {},
): CalibrationChoice {
  checkInputs(targets, logOdds, 'logits')
  checkGroups(targets, groups)
  checkOption('folds', folds, 2, 1000, true)
  const foldOf = dealGroups(groups, folds, seed)
  const tried = methods.flatMap((method) => {
    const calibration = fitCalibration(method, targets, logOdds)
    const losses = calibration && heldOutLosses(method, targets, logOdds, groups, foldOf, folds)
    return losses ? [{ calibration, losses }] : []
  })
  const best = tried.reduce((a, b) => (meanOf(b.losses) < meanOf(a.losses) ? b : a))
  const chosen = tried.find(({ losses }) => losses === best.losses || isWithinError(losses, best.losses, groups))!
  return {
    calibration: chosen.calibration,
    logLoss: Object.fromEntries(
      tried.map(({ calibration, losses }) => [calibration.method, meanOf(losses)]),
    ) as CalibrationChoice['logLoss'],
  }
}

/** The loss of each sample under a fit on the other parts; null where such a fit is none. */
function heldOutLosses(
  method: CalibrationMethod,
  targets: ArrayLike<number>,
  logOdds: ArrayLike<number>,
  groups: ArrayLike<string>,
  foldOf: ReadonlyMap<string, number>,
  folds: number,
): Float64Array | null {
  const losses = new Float64Array(targets.length)
  for (let fold = 0; fold < folds; fold++) {
    const fitted: number[] = []
    const judged: number[] = []
    for (let i = 0; i < targets.length; i++) (foldOf.get(groups[i]) === fold ? judged : fitted).push(i)
    if (judged.length === 0) continue
    if (fitted.length === 0) return null
    const others = [fitted.map((i) => targets[i]), fitted.map((i) => logOdds[i])] as const
    const calibration: Calibration | null = method === 'none' ? { method } : fit(method, ...others)
    if (calibration === null) return null
    for (const i of judged) losses[i] = logLossOf(targets[i], calibrate(calibration, logOdds[i]))
  }
  return losses
}

/** A part for each group, as equal as can be. */
function dealGroups(groups: ArrayLike<string>, folds: number, seed: number): Map<string, number> {
  const names = [...new Set(Array.from(groups))]
  const random = createRandom(seed, 'calibration')
  for (let i = names.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[names[i], names[j]] = [names[j], names[i]]
  }
  return new Map(names.map((name, i) => [name, i % folds]))
}

function isWithinError(losses: Float64Array, best: Float64Array, groups: ArrayLike<string>): boolean {
  const difference = meanOf(losses) - meanOf(best)
  const sums = new Map<string, number>()
  for (let i = 0; i < losses.length; i++) {
    sums.set(groups[i], (sums.get(groups[i]) ?? 0) + losses[i] - best[i] - difference)
  }
  const variance = [...sums.values()].reduce((sum, x) => sum + x * x, 0) / losses.length ** 2
  return difference <= Math.sqrt(variance)
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
  return Array.from(targets).reduce((sum, target) => sum + target, 0)
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
