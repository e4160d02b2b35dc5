/** The straight line in log-odds that fits outcomes best: logistic regression with one regressor, by Newton's method. */
import { sigmoid } from '../log-odds.ts'

export interface Line {
  readonly slope: number
  readonly intercept: number
}

/**
 * Maximum likelihood of `targets`, 0 to 1, given log-odds of `slope * x + intercept`; null where all targets are 0 or all are 1.
 *
 * @param targets not separated by `xs`: no finite line fits those best
 * @param slope held at this value where it is given
 */
export function fitLogisticLine(xs: ArrayLike<number>, targets: ArrayLike<number>, slope?: number): Line | null {
  // Of one type each: loops over several types of array take three times as long.
  return fitColumns(new Float64Array(xs), new Float64Array(targets), slope)
}

function fitColumns(xs: Float64Array, targets: Float64Array, slope: number | undefined): Line | null {
  let sum = 0
  for (let i = 0; i < targets.length; i++) sum += targets[i]
  const mean = sum / targets.length
  if (!(mean > 0 && mean < 1)) return null
  if (slope !== undefined) return { slope, intercept: fitIntercept(xs, slope, sum) }
  let line: Line = { slope: 0, intercept: Math.log(mean / (1 - mean)) }
  let loss = lossOf(line, xs, targets)
  for (;;) {
    const change = newtonStep(line, xs, targets)
    let next = line
    let nextLoss = Number.POSITIVE_INFINITY
    // Newton's step may overshoot far from the minimum.
    for (let size = 1; size > 1e-12 && !(nextLoss <= loss); size /= 2) {
      next = { slope: line.slope - size * change.slope, intercept: line.intercept - size * change.intercept }
      nextLoss = lossOf(next, xs, targets)
    }
    if (!(nextLoss < loss)) return line
    ;[line, loss] = [next, nextLoss]
  }
}

/** The intercept beside a slope at which the probabilities add up to `sum`: Newton's method between bounds, since its steps leave any where probabilities are near 0 or 1. */
function fitIntercept(xs: Float64Array, slope: number, sum: number): number {
  const logOdds = Math.log(sum / (xs.length - sum))
  const own = xs.map((x) => slope * x)
  // Each probability is at most the mean target at the lower one, and at least that at the higher one.
  let low = logOdds - own.reduce((a, b) => Math.max(a, b))
  let high = logOdds - own.reduce((a, b) => Math.min(a, b))
  let intercept = (low + high) / 2
  for (;;) {
    let [excess, information] = [-sum, 0]
    for (const x of own) {
      const p = sigmoid(x + intercept)
      excess += p
      information += p * (1 - p)
    }
    if (excess > 0) high = intercept
    else low = intercept
    const step = intercept - excess / information
    const next = step > low && step < high ? step : (low + high) / 2
    if (!(next > low && next < high)) return intercept
    intercept = next
  }
}

/** The inverse of the information matrix times the gradient. */
function newtonStep({ slope, intercept }: Line, xs: Float64Array, targets: Float64Array): Line {
  const gradient = { slope: 0, intercept: 0 }
  const information = { slope: 0, cross: 0, intercept: 0 }
  for (let i = 0; i < xs.length; i++) {
    const p = sigmoid(slope * xs[i] + intercept)
    const weight = p * (1 - p)
    gradient.slope += (p - targets[i]) * xs[i]
    gradient.intercept += p - targets[i]
    information.slope += weight * xs[i] * xs[i]
    information.cross += weight * xs[i]
    information.intercept += weight
  }
  const determinant = information.slope * information.intercept - information.cross ** 2
  // Scores that are all the same have no slope.
  if (!(determinant > 1e-12 * information.slope * information.intercept)) {
    return { slope: 0, intercept: gradient.intercept / information.intercept }
  }
  return {
    slope: (information.intercept * gradient.slope - information.cross * gradient.intercept) / determinant,
    intercept: (information.slope * gradient.intercept - information.cross * gradient.slope) / determinant,
  }
}

/** Summed log loss, exact for large log-odds. */
function lossOf({ slope, intercept }: Line, xs: Float64Array, targets: Float64Array): number {
  let sum = 0
  for (let i = 0; i < xs.length; i++) {
    const z = slope * xs[i] + intercept
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z
  }
  return sum
}
