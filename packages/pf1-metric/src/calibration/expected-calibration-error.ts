/**
 * Binned calibration: how far the share of positives is from the mean probability, bin by bin.
 *
 * Reference: Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015; bins as in scikit-learn's
 * `calibration_curve`.
 */
import { checkInputs, checkOption } from '../check-inputs.ts'

/** How probabilities are divided into bins. */
export interface CalibrationBinOptions {
  /** How many bins, 1 or more. @default 10 */
  readonly bins?: number
  /** Bins of equal width, or of (about) equally many samples. @default 'uniform' */
  readonly strategy?: 'uniform' | 'quantile'
}

/** Samples whose probabilities lie between two edges: their mean probability and the observed share of positives. */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  readonly count: number
  readonly meanProbability: number
  readonly fractionOfPositives: number
}

/**
 * The bins that hold samples, rising. A probability on an edge between two bins belongs to the lower one.
 *
 * @param targets 0 or 1, [N]
 * @param probabilities 0 to 1, [N]
 * @throws MetricError `length-mismatch`, `empty`, `bad-target`, `bad-value`, `bad-option`
 * @example
 * calibrationBins([0, 1], [0.2, 0.7], { bins: 2 })[1] // { low: 0.5, high: 1, count: 1, meanProbability: 0.7, fractionOfPositives: 1 }
 */
export function calibrationBins(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: CalibrationBinOptions = {},
): CalibrationBin[] {
  const { edges, counts, positives, sums } = toBins(targets, probabilities, options)
  return Array.from(counts, (count, bin) => ({
    low: edges[bin],
    high: edges[bin + 1],
    count,
    meanProbability: sums[bin] / count,
    fractionOfPositives: positives[bin] / count,
  })).filter(({ count }) => count > 0)
}

/**
 * Expected calibration error: the mean gap between both, weighted by the samples of a bin; 0 (best) to 1.
 *
 * @throws MetricError as `calibrationBins`
 * @example
 * expectedCalibrationError([0, 1], [0.2, 0.7]) // 0.25
 */
export function expectedCalibrationError(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: CalibrationBinOptions = {},
): number {
  return errorOf(toBins(targets, probabilities, options), targets.length)
}

/** What a calibration error is made of, by bin. */
export interface BinSums {
  readonly counts: Uint32Array
  readonly positives: Uint32Array
  /** Of probabilities. */
  readonly sums: Float64Array
}

/** Sums of all bins, with their edges and the bin of each sample, [N]. @throws MetricError as `calibrationBins` */
export function toBins(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { bins = 10, strategy = 'uniform' }: CalibrationBinOptions,
): BinSums & { readonly edges: readonly number[]; readonly binOf: Uint32Array } {
  checkOption('bins', bins, 1, 1e6, true)
  checkInputs(targets, probabilities, 'probabilities')
  const edges = strategy === 'uniform' ? uniformEdges(bins) : quantileEdges(probabilities, bins)
  const counts = new Uint32Array(bins)
  const positives = new Uint32Array(bins)
  const sums = new Float64Array(bins)
  const binOf = new Uint32Array(targets.length)
  for (let i = 0; i < targets.length; i++) {
    const bin = findBin(edges, probabilities[i])
    binOf[i] = bin
    counts[bin]++
    positives[bin] += targets[i]
    sums[bin] += probabilities[i]
  }
  return { edges, counts, positives, sums, binOf }
}

/** The calibration error of so many samples. */
export function errorOf({ counts, positives, sums }: BinSums, samples: number): number {
  let error = 0
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]
    if (count > 0) error += (count / samples) * Math.abs(positives[bin] / count - sums[bin] / count)
  }
  return error
}

/** NumPy's `linspace(0, 1, bins + 1)`, whose third of ten steps is 0.30000000000000004 and not 0.3. */
function uniformEdges(bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? 1 : i * (1 / bins)))
}

/** NumPy's `percentile` at those edges, its rounding included: from an order statistic to the nearer of its neighbors. */
function quantileEdges(probabilities: ArrayLike<number>, bins: number): number[] {
  const sorted = Float64Array.from(probabilities).sort()
  return uniformEdges(bins).map((edge) => {
    const position = ((edge * 100) / 100) * (sorted.length - 1)
    const below = Math.floor(position)
    const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]]
    const share = position - below
    return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
  })
}

/** The number of inner edges that lie below the value. */
function findBin(edges: readonly number[], value: number): number {
  let low = 1
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle] < value) low = middle + 1
    else high = middle
  }
  return low - 1
}
