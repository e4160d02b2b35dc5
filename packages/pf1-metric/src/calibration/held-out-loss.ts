/** Ways to calibrate, judged by the log loss of patients that each was not fitted on. */
import { createRandom } from '@mammokit/seeded-random'
import { checkOption } from '../check-inputs.ts'
import { logLossOf } from '../log-loss.ts'
import { numberGroups } from '../ranking.ts'
import { type Calibration, calibrate } from './calibration.ts'

/** How samples are divided to judge a fit on others than its own. */
export interface HeldOutOptions {
  /** Parts of the groups, each judged by a fit on the others, 2 or more. @default 5 */
  readonly folds?: number
  /** 0 to 2^53 - 1. @default 13 */
  readonly seed?: number
}

export interface HeldOutData {
  readonly targets: ArrayLike<number>
  readonly logOdds: ArrayLike<number>
  readonly groups: ArrayLike<string>
}

export interface CalibrationFit<Name extends string> {
  readonly name: Name
  /** null where it does not fit these samples. */
  readonly fit: (targets: ArrayLike<number>, logOdds: ArrayLike<number>) => Calibration | null
}

export interface JudgedFit<Name extends string> {
  readonly name: Name
  /** Of all samples. */
  readonly calibration: Calibration
  /** Mean of `losses`. */
  readonly logLoss: number
  /** Of each sample under a fit without its part. */
  readonly losses: Float64Array
}

/**
 * Takes the way with the least loss, or an earlier one whose difference to it is below its standard error over groups; the first one where
 * there is a single group, of which no part can be held out.
 *
 * @param fits the simplest first, which fits whatever the samples are, and is the same for all
 */
export function chooseByHeldOutLoss<Name extends string>(
  fits: readonly CalibrationFit<Name>[],
  data: HeldOutData,
  { folds = 5, seed = 13 }: HeldOutOptions = {},
): { readonly chosen: JudgedFit<Name>; readonly tried: readonly JudgedFit<Name>[] } {
  checkOption('folds', folds, 2, 1000, true)
  const foldOf = dealGroups(data.groups, folds, seed)
  const isOneGroup = numberGroups(data.groups).groupCount === 1
  const tried = fits.slice(0, isOneGroup ? 1 : undefined).flatMap(({ name, fit }): JudgedFit<Name>[] => {
    const calibration = fit(data.targets, data.logOdds)
    const losses = calibration && (isOneGroup ? lossesOf(calibration, data) : heldOutLosses(fit, data, foldOf, folds))
    return losses ? [{ name, calibration, losses, logLoss: meanOf(losses) }] : []
  })
  const best = tried.reduce((a, b) => (b.logLoss < a.logLoss ? b : a))
  const chosen = tried.find((one) => one === best || isWithinError(one, best, data.groups))!
  return { chosen, tried }
}

/** Mean of `a` minus `b` over samples, and its standard error over groups. */
export function meanDifference(
  a: Float64Array,
  b: Float64Array,
  groups: ArrayLike<string>,
): { readonly mean: number; readonly deviation: number } {
  const mean = meanOf(a) - meanOf(b)
  const { numbers, groupCount } = numberGroups(groups)
  const sums = new Float64Array(groupCount)
  for (let i = 0; i < a.length; i++) sums[numbers[i]] = sums[numbers[i]] + a[i] - b[i] - mean
  const variance = sums.reduce((sum, x) => sum + x * x, 0) / a.length ** 2
  return { mean, deviation: Math.sqrt(variance) }
}

function isWithinError<Name extends string>(
  one: JudgedFit<Name>,
  best: JudgedFit<Name>,
  groups: ArrayLike<string>,
): boolean {
  const { mean, deviation } = meanDifference(one.losses, best.losses, groups)
  return mean <= deviation
}

function lossesOf(calibration: Calibration, { targets, logOdds }: HeldOutData): Float64Array {
  return Float64Array.from(targets, (target, i) => logLossOf(target, calibrate(calibration, logOdds[i])))
}

/** The loss of each sample under a fit on the other parts; null where such a fit is none. */
function heldOutLosses(
  fit: CalibrationFit<string>['fit'],
  { targets, logOdds }: HeldOutData,
  foldOf: Uint16Array,
  folds: number,
): Float64Array | null {
  const losses = new Float64Array(targets.length)
  const others = { targets: new Float64Array(targets.length), logOdds: new Float64Array(targets.length) }
  for (let fold = 0; fold < folds; fold++) {
    let count = 0
    for (let i = 0; i < targets.length; i++) {
      if (foldOf[i] === fold) continue
      others.targets[count] = targets[i]
      others.logOdds[count++] = logOdds[i]
    }
    if (count === targets.length) continue
    const calibration = fit(others.targets.subarray(0, count), others.logOdds.subarray(0, count))
    if (calibration === null) return null
    for (let i = 0; i < targets.length; i++) {
      if (foldOf[i] === fold) losses[i] = logLossOf(targets[i], calibrate(calibration, logOdds[i]))
    }
  }
  return losses
}

/** Of each sample the part of its group, [N]; parts are as equal as can be. */
function dealGroups(groups: ArrayLike<string>, folds: number, seed: number): Uint16Array {
  const { numbers, groupCount } = numberGroups(groups)
  const order = createRandom(seed, 'calibration').shuffle(Uint32Array.from({ length: groupCount }, (_, i) => i))
  const foldOf = new Uint16Array(groupCount)
  for (const [place, group] of order.entries()) foldOf[group] = place % folds
  const parts = new Uint16Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) parts[i] = foldOf[numbers[i]]
  return parts
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
