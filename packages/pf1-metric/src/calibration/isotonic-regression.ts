/**
 * Calibration by the best non-decreasing function: pool adjacent violators.
 *
 * Reference: Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002; ties,
 * interpolation and clipping as in scikit-learn's `IsotonicRegression(out_of_bounds='clip')`.
 */
import { checkInputs } from '../check-inputs.ts'
import { cumulativeCounts } from '../cumulative-counts.ts'

/** A fitted curve of probabilities that never falls. */
export interface IsotonicRegression {
  /** Distinct scores, rising. */
  readonly scores: Float64Array
  /** The fitted probability at each of them, never falling. */
  readonly probabilities: Float64Array
  /** Calibrated probability of any score: linear in between, constant beyond the ends. */
  readonly calibrate: (score: number) => number
}

/**
 * Fits a non-decreasing function from scores to the share of positives by least squares.
 *
 * @param targets 0 or 1, [N]
 * @param scores finite numbers, probabilities or logits, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`
 * @example
 * isotonicRegression([0, 1, 0, 1], [0.1, 0.3, 0.4, 0.9]).calibrate(0.35) // 0.5
 */
export function isotonicRegression(targets: ArrayLike<number>, scores: ArrayLike<number>): IsotonicRegression {
  checkInputs(targets, scores, 'scores')
  const tied = meanPerScore(targets, scores)
  const probabilities = poolAdjacentViolators(tied.means, tied.counts)
  return {
    scores: tied.scores,
    probabilities,
    calibrate: (score) => interpolate(tied.scores, probabilities, score),
  }
}

/** Distinct scores, rising, with the number of samples of each and the share of positives among them. */
function meanPerScore(targets: ArrayLike<number>, scores: ArrayLike<number>) {
  const { thresholds, truePositives, falsePositives } = cumulativeCounts(targets, scores)
  const last = thresholds.length - 1
  const counts = new Float64Array(last + 1)
  const means = new Float64Array(last + 1)
  for (let i = last; i >= 0; i--) {
    const positives = truePositives[i] - (truePositives[i - 1] ?? 0)
    counts[last - i] = positives + falsePositives[i] - (falsePositives[i - 1] ?? 0)
    means[last - i] = positives / counts[last - i]
  }
  return { scores: thresholds.slice().reverse(), means, counts }
}

function poolAdjacentViolators(means: Float64Array, counts: Float64Array): Float64Array {
  // Blocks of neighbors that are pooled, as a stack.
  const sums = new Float64Array(means.length)
  const weights = new Float64Array(means.length)
  const lengths = new Uint32Array(means.length)
  let top = -1
  for (let i = 0; i < means.length; i++) {
    let [sum, weight, length] = [means[i] * counts[i], counts[i], 1]
    while (top >= 0 && sums[top] / weights[top] >= sum / weight) {
      sum = sums[top] + sum
      weight = weights[top] + weight
      length += lengths[top]
      top--
    }
    top++
    sums[top] = sum
    weights[top] = weight
    lengths[top] = length
  }
  const fitted = new Float64Array(means.length)
  for (let block = 0, start = 0; block <= top; block++) {
    fitted.fill(sums[block] / weights[block], start, start + lengths[block])
    start += lengths[block]
  }
  return fitted
}

/** Straight between the points of rising `xs`, constant beyond them. */
export function interpolate(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number): number {
  if (x <= xs[0]) return ys[0]
  if (x >= xs[xs.length - 1]) return ys[ys.length - 1]
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (xs[middle] <= x) low = middle
    else high = middle
  }
  return ys[low] + ((x - xs[low]) / (xs[high] - xs[low])) * (ys[high] - ys[low])
}
