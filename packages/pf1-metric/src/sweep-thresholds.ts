/**
 * Finds the decision threshold with the best F-score, exactly: binarized scores only change at observed probabilities.
 */
import { checkInputs, checkOption } from './check-inputs.ts'
import { type CumulativeCounts, cumulativeCounts, requireClasses } from './cumulative-counts.ts'

/** Options of `sweepThresholds`. */
export interface SweepOptions {
  /** Weight of recall against precision, 0 or more. @default 1 */
  readonly beta?: number
  /** Step of a fixed grid from 0 to 1, both included, instead of every observed probability; the reference takes 0.001. */
  readonly gridStep?: number
}

/** The best threshold and the score of every candidate. */
export interface ThresholdSweep {
  /** Center of the plateau; a probability at or above it counts as positive. */
  readonly threshold: number
  /** The best binarized F-score. */
  readonly score: number
  /** Every threshold above `low` and up to `high` has the same score; on a grid `low` itself has it too. */
  readonly plateau: { readonly low: number; readonly high: number }
  /** Candidates in rising order with their scores; between two observed candidates the score is the upper one's. */
  readonly curve: { readonly thresholds: Float64Array; readonly scores: Float64Array }
}

/**
 * Sweeps the threshold over all observed probabilities in O(n log n) and picks the center of the best plateau.
 *
 * Of several plateaus with the best score the widest wins, of equally wide ones the lowest.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`, `no-positives`
 * @example
 * sweepThresholds([0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9]).threshold // 0.5, the center of 0.4 to 0.6
 */
export function sweepThresholds(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: SweepOptions = {},
): ThresholdSweep {
  checkInputs(targets, probabilities, 'probabilities')
  return sweepCounts(cumulativeCounts(targets, probabilities), options)
}

/** The same of counts. @throws MetricError `bad-option`, `no-positives` */
function sweepCounts(counts: CumulativeCounts, { beta = 1, gridStep }: SweepOptions): ThresholdSweep {
  checkOption('beta', beta, 0, Number.MAX_VALUE)
  if (gridStep !== undefined) checkOption('gridStep', gridStep, 1e-6, 1)
  requireClasses(counts, 'sweepThresholds', 'positives')
  return gridStep === undefined ? sweepObserved(counts, beta) : sweepGrid(counts, beta, gridStep)
}

/** Of counts, without the curve: what a bootstrap asks for. @throws MetricError as `sweepThresholds` */
export function bestThreshold(
  counts: CumulativeCounts,
  options: SweepOptions = {},
): Pick<ThresholdSweep, 'threshold' | 'plateau'> {
  if (options.gridStep !== undefined) return sweepCounts(counts, options)
  const { low, high } = bestPlateau(counts, options.beta ?? 1)
  return { threshold: centerOf({ low, high }), plateau: { low, high } }
}

/** The best F-score of any threshold. */
export function bestScore(counts: CumulativeCounts): number {
  return bestPlateau(counts, 1).score
}

function sweepObserved(counts: CumulativeCounts, beta: number): ThresholdSweep {
  const thresholds = counts.thresholds.slice().reverse()
  const last = thresholds.length - 1
  const scores = Float64Array.from(thresholds, (_, i) => scoreOf(counts, last - i, beta))
  const { low, high, score } = bestPlateau(counts, beta)
  return { threshold: centerOf({ low, high }), score, plateau: { low, high }, curve: { thresholds, scores } }
}

/** The widest run of neighboring observed thresholds that all have the best score, the lowest of equally wide ones. */
function bestPlateau(counts: CumulativeCounts, beta: number) {
  const { thresholds } = counts
  const last = thresholds.length - 1
  let best = { low: 0, high: thresholds[last], score: -1 }
  let width = -1
  let low = 0 // of the run
  let isRun = false
  for (let i = last; i >= 0; i--) {
    const score = scoreOf(counts, i, beta)
    if (score < best.score) {
      isRun = false
      continue
    }
    if (score > best.score) width = -1
    if (!isRun || score > best.score) low = i === last ? 0 : thresholds[i + 1]
    isRun = true
    const high = thresholds[i]
    if (high - low > width || score > best.score) {
      best = { low, high, score }
      width = high - low
    }
  }
  return best
}

/** The middle of a plateau. */
export function centerOf({ low, high }: ThresholdSweep['plateau']): number {
  const center = low + (high - low) / 2
  // Halfway between neighboring doubles rounds to the lower one, which is outside.
  return center > low ? center : high
}

function sweepGrid(counts: CumulativeCounts, beta: number, step: number): ThresholdSweep {
  const steps = Math.floor(1 / step + 1e-9)
  const thresholds = Float64Array.from({ length: steps + 1 }, (_, i) => Math.min(1, i / (1 / step)))
  const scores = Float64Array.from(thresholds, (threshold) => scoreOf(counts, lastAtLeast(counts, threshold), beta))
  const { first, end } = widestBest(scores, (from, to) => to - from)
  return {
    threshold: thresholds[(first + end) >> 1],
    score: scores[first],
    plateau: { low: thresholds[first], high: thresholds[end] },
    curve: { thresholds, scores },
  }
}

/** F-score when entry `index` and all higher scores count as positive; -1 is nobody. Counts are integers, so that ties are exact. */
function scoreOf(counts: CumulativeCounts, index: number, beta: number): number {
  const truePositives = index < 0 ? 0 : counts.truePositives[index]
  if (truePositives === 0) return 0
  const falseNegatives = counts.positives - truePositives
  const weighted = (1 + beta * beta) * truePositives
  return weighted / (weighted + beta * beta * falseNegatives + counts.falsePositives[index])
}

/** Index of the lowest of the falling thresholds that is still at least `threshold`, or -1. */
function lastAtLeast({ thresholds }: CumulativeCounts, threshold: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (thresholds[middle] >= threshold) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The widest run of neighboring candidates that all have the best score. */
function widestBest(scores: Float64Array, width: (first: number, end: number) => number) {
  const best = scores.reduce((a, b) => Math.max(a, b), 0)
  let widest = { first: 0, end: 0 }
  let widestWidth = -1
  for (let first = 0; first < scores.length; first++) {
    if (scores[first] !== best) continue
    let end = first
    while (end + 1 < scores.length && scores[end + 1] === best) end++
    if (width(first, end) > widestWidth) {
      widest = { first, end }
      widestWidth = width(first, end)
    }
    first = end
  }
  return widest
}
