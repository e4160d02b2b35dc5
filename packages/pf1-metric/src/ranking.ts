/** A sample sorted once, from which each resample of its patients is counted by their weights. */
import { checkInputs } from './check-inputs.ts'
import type { CumulativeCounts } from './cumulative-counts.ts'
import { MetricError } from './metric-error.ts'

/** Samples from the highest score down. */
export interface Ranking {
  readonly targets: Uint8Array
  readonly scores: Float64Array
  /** Number of each sample's group, from 0 in order of first appearance. */
  readonly groups: Uint32Array
  readonly groupCount: number
  readonly positives: number
}

/** The group of each sample: its name, or the number that `numberGroups` gave it. */
export type Groups = ArrayLike<string> | Uint32Array

/** Sorts samples by score; `groups` tells which belong together. @throws MetricError as `checkInputs`, `length-mismatch` */
export function rank(targets: ArrayLike<number>, scores: ArrayLike<number>, groups: Groups): Ranking {
  checkInputs(targets, scores, 'scores')
  checkGroups(targets, groups)
  const { numbers, groupCount } = numberGroups(groups)
  const order = orderOf(scores)
  const length = order.length
  const ranked = { targets: new Uint8Array(length), scores: new Float64Array(length), groups: new Uint32Array(length) }
  let positives = 0
  // Loops: the typed arrays' own `from` with a function takes ten times as long.
  for (let place = 0; place < length; place++) {
    const i = order[place]
    ranked.targets[place] = targets[i]
    ranked.scores[place] = scores[i]
    ranked.groups[place] = numbers[i]
    positives += targets[i]
  }
  return { ...ranked, groupCount, positives }
}

/**
 * Indexes from the highest score down, ties in their order: as a stable sort by a function, which takes five times as long as sorting
 * the scores and looking each of them up.
 */
function orderOf(scores: ArrayLike<number>): Uint32Array {
  const sorted = Float64Array.from(scores).sort()
  const length = sorted.length
  const tied = new Uint32Array(length)
  const order = new Uint32Array(length)
  for (let i = 0; i < length; i++) {
    const score = scores[i]
    // How many are lower or the same: these come after the place of the first of its ties.
    let [low, high] = [0, length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] <= score) low = middle + 1
      else high = middle
    }
    const place = length - low
    order[place + tied[place]++] = i
  }
  return order
}

/** Groups by number. */
export interface GroupNumbers {
  /** Of each sample, [N]. */
  readonly numbers: Uint32Array
  readonly groupCount: number
}

/**
 * Numbers groups from 0 in order of first appearance: once for many figures of the same samples, which take numbers in place of names.
 *
 * @example
 * numberGroups(['b', 'a', 'b']) // { numbers: Uint32Array [0, 1, 0], groupCount: 2 }
 */
export function numberGroups(groups: Groups): GroupNumbers {
  if (groups instanceof Uint32Array) return renumberGroups(groups)
  const known = new Map<string, number>()
  const numbers = new Uint32Array(groups.length)
  // Samples of one group often follow each other.
  let [last, number]: [string | undefined, number] = [undefined, 0]
  for (let i = 0; i < numbers.length; i++) {
    const group = groups[i]
    if (group !== last) {
      number = known.get(group) ?? known.size
      if (number === known.size) known.set(group, number)
      last = group
    }
    numbers[i] = number
  }
  return { numbers, groupCount: known.size }
}

/** The same of some samples of others that were numbered. */
function renumberGroups(groups: Uint32Array): GroupNumbers {
  const numbers = new Uint32Array(groups.length)
  let highest = -1
  for (let i = 0; i < groups.length; i++) if (groups[i] > highest) highest = groups[i]
  // One more than the number, 0 for none yet.
  const known = new Uint32Array(highest + 1)
  let groupCount = 0
  for (let i = 0; i < groups.length; i++) {
    if (known[groups[i]] === 0) known[groups[i]] = ++groupCount
    numbers[i] = known[groups[i]] - 1
  }
  return { numbers, groupCount }
}

/** @throws MetricError `length-mismatch` where there are not as many groups as targets. */
export function checkGroups(targets: ArrayLike<number>, groups: Groups): void {
  if (groups.length === targets.length) return
  throw new MetricError(
    'length-mismatch',
    `Expected as many groups as targets but received ${groups.length} groups and ${targets.length} targets. Pass the patient of each sample.`,
    { targets: targets.length, groups: groups.length },
  )
}

/** Counts each sample once. */
export function countsOf(ranking: Ranking): CumulativeCounts {
  return weightedCounter(ranking)(new Uint32Array(ranking.groupCount).fill(1))
}

/** Counts samples as often as their group's weight says; what it returns is valid until it is called again. */
export function weightedCounter(ranking: Ranking): (weights: Uint32Array) => CumulativeCounts {
  const { scores } = ranking
  const thresholds = new Float64Array(scores.length)
  const truePositives = new Uint32Array(scores.length)
  const falsePositives = new Uint32Array(scores.length)
  return (weights) => {
    const { entries, positives, negatives } = countInto(ranking, weights, thresholds, truePositives, falsePositives)
    return {
      thresholds: thresholds.subarray(0, entries),
      truePositives: truePositives.subarray(0, entries),
      falsePositives: falsePositives.subarray(0, entries),
      positives,
      negatives,
    }
  }
}

/** Plain arguments and few branches: this loop is the bootstrap. */
function countInto(
  { targets, scores, groups }: Ranking,
  weights: Uint32Array,
  thresholds: Float64Array,
  truePositives: Uint32Array,
  falsePositives: Uint32Array,
) {
  const length = scores.length
  let entry = -1
  let positives = 0
  let all = 0
  let last = Number.NaN
  for (let i = 0; i < length; i++) {
    const weight = weights[groups[i]]
    if (weight === 0) continue
    const score = scores[i]
    if (score !== last) {
      thresholds[++entry] = score
      last = score
    }
    all += weight
    positives += targets[i] * weight
    truePositives[entry] = positives
    falsePositives[entry] = all - positives
  }
  return { entries: entry + 1, positives, negatives: all - positives }
}
