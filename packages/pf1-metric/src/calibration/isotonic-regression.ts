/**
 * Calibration by the best non-decreasing function: pool adjacent violators.
 *
 * Reference: Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002; ties,
 * interpolation and clipping as in scikit-learn's `IsotonicRegression(out_of_bounds='clip')`.
 */
import { checkInputs } from '../check-inputs.ts'

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

function meanPerScore(targets: ArrayLike<number>, scores: ArrayLike<number>) {
  const perScore = new Map<number, { count: number; positives: number }>()
  for (let i = 0; i < targets.length; i++) {
    const entry = perScore.get(scores[i]) ?? { count: 0, positives: 0 }
    perScore.set(scores[i], { count: entry.count + 1, positives: entry.positives + targets[i] })
  }
  const distinct = Float64Array.from(perScore.keys()).sort()
  const entries = Array.from(distinct, (score) => perScore.get(score)!)
  return {
    scores: distinct,
    means: entries.map(({ positives, count }) => positives / count),
    counts: entries.map(({ count }) => count),
  }
}

function poolAdjacentViolators(means: readonly number[], counts: readonly number[]): Float64Array {
  const blocks: { sum: number; weight: number; length: number }[] = []
  for (let i = 0; i < means.length; i++) {
    let block = { sum: means[i] * counts[i], weight: counts[i], length: 1 }
    for (let last = blocks.at(-1); last && last.sum / last.weight >= block.sum / block.weight; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, length: last.length + block.length }
      blocks.pop()
    }
    blocks.push(block)
  }
  const fitted = new Float64Array(means.length)
  let start = 0
  for (const { sum, weight, length } of blocks) {
    fitted.fill(sum / weight, start, start + length)
    start += length
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
