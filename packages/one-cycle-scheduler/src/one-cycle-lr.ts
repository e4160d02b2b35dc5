/**
 * The 1cycle policy: the learning rate rises from a fraction of its maximum to it and falls to almost nothing, momentum in the opposite direction.
 *
 * Reference: Smith and Topin, "Super-Convergence", https://arxiv.org/abs/1708.07120; formula of PyTorch's `OneCycleLR`.
 */
import { checkChoice, checkNumber, checkStep } from './schedule-error.ts'

/** Options of `oneCycleLr`. */
export interface OneCycleLrOptions {
  /** Highest learning rate, above 0. */
  readonly maxLr: number
  /** Steps (batches) of the whole cycle, 1 or more. */
  readonly totalSteps: number
  /** Share of the steps in which the learning rate rises, 0 to 1. @default 0.3 */
  readonly pctStart?: number
  /** Shape of rise and fall. @default 'cos' */
  readonly annealStrategy?: 'cos' | 'linear'
  /** Whether momentum (Adam's beta1) is cycled against the learning rate. @default true */
  readonly cycleMomentum?: boolean
  /** Momentum at the highest learning rate, 0 to 1. @default 0.85 */
  readonly baseMomentum?: number
  /** Momentum at both ends, 0 to 1. @default 0.95 */
  readonly maxMomentum?: number
  /** The first learning rate is `maxLr / divFactor`; above 0. @default 25 */
  readonly divFactor?: number
  /** The last learning rate is the first one divided by this; above 0. @default 1e4 */
  readonly finalDivFactor?: number
  /** Whether the fall is as long as the rise, down to the first learning rate, and a third phase goes to the last one. @default false */
  readonly threePhase?: boolean
}

/** Learning rate, and momentum where it is cycled, of one step. */
export interface ScheduleValue {
  readonly lr: number
  /** Absent where momentum is not cycled. */
  readonly momentum?: number
}

interface Phase {
  readonly end: number
  readonly lr: readonly [from: number, to: number]
  readonly momentum: readonly [from: number, to: number]
}

/**
 * Makes a function from the step, 0 to `totalSteps`, to learning rate and momentum; `totalSteps - 1` is the last step of the cycle.
 *
 * @throws ScheduleError `bad-option`; the function throws `bad-step`
 * @example
 * const schedule = oneCycleLr({ maxLr: 3e-4, totalSteps: 100 })
 * schedule(29) // { lr: 0.0003, momentum: 0.85 }
 */
export function oneCycleLr(options: OneCycleLrOptions): (step: number) => ScheduleValue {
  const { totalSteps, annealStrategy = 'cos', cycleMomentum = true } = options
  checkOptions(options)
  const phases = phasesOf(options)
  const anneal = annealStrategy === 'cos' ? cosine : linear
  return (step) => {
    checkStep(step, totalSteps)
    const reached = phases.findIndex((phase) => step <= phase.end)
    const index = reached === -1 ? phases.length - 1 : reached
    const { end, lr, momentum } = phases[index]
    const start = index === 0 ? 0 : phases[index - 1].end
    const share = end === start ? 1 : (step - start) / (end - start)
    return { lr: anneal(lr, share), ...(cycleMomentum && { momentum: anneal(momentum, share) }) }
  }
}

function checkOptions(options: OneCycleLrOptions): void {
  const { maxLr, totalSteps, pctStart = 0.3, annealStrategy = 'cos', baseMomentum = 0.85, maxMomentum = 0.95 } = options
  const { divFactor = 25, finalDivFactor = 1e4 } = options
  checkNumber('maxLr', maxLr, { low: 0, above: true })
  checkNumber('totalSteps', totalSteps, { low: 1, integer: true })
  checkNumber('pctStart', pctStart, { low: 0, high: 1 })
  checkChoice('annealStrategy', annealStrategy, ['cos', 'linear'])
  checkNumber('baseMomentum', baseMomentum, { low: 0, high: 1 })
  checkNumber('maxMomentum', maxMomentum, { low: 0, high: 1 })
  checkNumber('divFactor', divFactor, { low: 0, above: true })
  checkNumber('finalDivFactor', finalDivFactor, { low: 0, above: true })
}

/** PyTorch's phases; the odd ends (-1, -2) are its own. */
function phasesOf(options: OneCycleLrOptions): Phase[] {
  const { maxLr, totalSteps, pctStart = 0.3, baseMomentum = 0.85, maxMomentum = 0.95, threePhase = false } = options
  const { divFactor = 25, finalDivFactor = 1e4 } = options
  const initialLr = maxLr / divFactor
  const minLr = initialLr / finalDivFactor
  const rise: Phase = { end: pctStart * totalSteps - 1, lr: [initialLr, maxLr], momentum: [maxMomentum, baseMomentum] }
  if (!threePhase) {
    return [rise, { end: totalSteps - 1, lr: [maxLr, minLr], momentum: [baseMomentum, maxMomentum] }]
  }
  return [
    rise,
    { end: 2 * pctStart * totalSteps - 2, lr: [maxLr, initialLr], momentum: [baseMomentum, maxMomentum] },
    { end: totalSteps - 1, lr: [initialLr, minLr], momentum: [maxMomentum, maxMomentum] },
  ]
}

function cosine([from, to]: readonly [number, number], share: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1)
}

function linear([from, to]: readonly [number, number], share: number): number {
  return (to - from) * share + from
}
