import { MetricError } from './metric-error.ts'

/** For each distinct score, from the highest down: how many positives and negatives score at least that much. */
export interface CumulativeCounts {
  readonly thresholds: Float64Array
  readonly truePositives: Uint32Array
  readonly falsePositives: Uint32Array
  readonly positives: number
  readonly negatives: number
}

/** Counts in O(n log n): each class is sorted by itself, then both are merged; tied scores make one entry. Inputs are checked already. */
export function cumulativeCounts(targets: ArrayLike<number>, scores: ArrayLike<number>): CumulativeCounts {
  const byClass = [scoresOf(0, targets, scores), scoresOf(1, targets, scores)]
  const [negatives, positives] = byClass
  const thresholds = new Float64Array(targets.length)
  const truePositives = new Uint32Array(targets.length)
  const falsePositives = new Uint32Array(targets.length)
  let p = positives.length
  let n = negatives.length
  let entries = 0
  while (p > 0 || n > 0) {
    const threshold = n === 0 || (p > 0 && positives[p - 1] > negatives[n - 1]) ? positives[p - 1] : negatives[n - 1]
    while (p > 0 && positives[p - 1] === threshold) p--
    while (n > 0 && negatives[n - 1] === threshold) n--
    thresholds[entries] = threshold
    truePositives[entries] = positives.length - p
    falsePositives[entries] = negatives.length - n
    entries++
  }
  return {
    thresholds: thresholds.subarray(0, entries),
    truePositives: truePositives.subarray(0, entries),
    falsePositives: falsePositives.subarray(0, entries),
    positives: positives.length,
    negatives: negatives.length,
  }
}

/** @throws MetricError `no-positives` or `no-negatives` where `statistic` needs the class that is missing. */
export function requireClasses(
  counts: Pick<CumulativeCounts, 'positives' | 'negatives'>,
  statistic: string,
  needs: 'positives' | 'both',
): void {
  const missing =
    counts.positives === 0 ? 'positive' : counts.negatives === 0 && needs === 'both' ? 'negative' : undefined
  if (missing === undefined) return
  throw new MetricError(
    missing === 'positive' ? 'no-positives' : 'no-negatives',
    `Expected at least one ${missing} sample for ${statistic} but received 0 of ${counts.positives + counts.negatives}. It is undefined without one: add ${missing} samples.`,
    { positives: counts.positives, negatives: counts.negatives },
  )
}

function scoresOf(target: 0 | 1, targets: ArrayLike<number>, scores: ArrayLike<number>): Float64Array {
  const selected = new Float64Array(targets.length)
  let count = 0
  for (let i = 0; i < targets.length; i++) if (targets[i] === target) selected[count++] = scores[i]
  return selected.subarray(0, count).sort()
}
