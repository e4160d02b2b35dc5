/**
 * K folds of whole groups with the classes spread evenly.
 *
 * Reference: scikit-learn's StratifiedGroupKFold (greedy: the groups with the most uneven class counts first, each into the fold that keeps
 * the spread of the class shares between folds smallest). Without `shuffle` the folds equal scikit-learn's.
 */
import { createRandom } from '@mammokit/seeded-random'
import { DataSplitError } from './data-split-error.ts'
import { assertSameLength, type Group, indexGroups } from './group-index.ts'

/** Options of `stratifiedGroupKFold`. */
export interface StratifiedGroupKFoldOptions {
  /** Number of folds, at least 2 and at most the number of groups. @default 5 */
  readonly folds?: number
  /** Visit groups with equally uneven classes in a random order. @default true */
  readonly shuffle?: boolean
  /** @default 13 */
  readonly seed?: number
}

/**
 * Gives each row the number of its fold, 0 to folds - 1: no group is in two folds, and each fold has about the same class shares.
 *
 * @throws DataSplitError `bad-option` when there are fewer groups than folds, or every class has fewer rows than folds.
 * @example
 * stratifiedGroupKFold([1, 0, 1, 0], ['a', 'b', 'c', 'd'], { folds: 2, shuffle: false }) // [0, 0, 1, 1]
 */
export function stratifiedGroupKFold(
  labels: readonly Group[],
  groups: readonly Group[],
  options: StratifiedGroupKFoldOptions = {},
): number[] {
  const { folds = 5, shuffle = true, seed = 13 } = options
  assertSameLength(labels, groups)
  const classes = indexGroups(labels, 'labels')
  const group = indexGroups(groups)
  const classTotals = new Float64Array(classes.count)
  const groupCounts = Array.from({ length: group.count }, () => new Float64Array(classes.count))
  group.ofRow.forEach((groupNumber, row) => {
    const label = classes.ofRow[row]!
    classTotals[label]! += 1
    groupCounts[groupNumber]![label]! += 1
  })
  assertFolds(folds, group.count, Math.max(...classTotals))

  const order = Array.from({ length: group.count }, (_, groupNumber) => groupNumber)
  if (shuffle) createRandom(seed, 'stratified-group-k-fold').shuffle(order)
  const unevenness = groupCounts.map(deviation)
  order.sort((a, b) => unevenness[b]! - unevenness[a]!) // stable: equally uneven groups keep the shuffled order

  const counts = Array.from({ length: classes.count }, () => new Float64Array(folds)) // [class][fold], rows
  const sizes = new Float64Array(folds)
  const foldOfGroup = new Int32Array(group.count)
  for (const groupNumber of order) {
    const added = groupCounts[groupNumber]!
    const fold = findBestFold(counts, sizes, added, classTotals)
    added.forEach((count, label) => {
      counts[label]![fold]! += count
      sizes[fold]! += count
    })
    foldOfGroup[groupNumber] = fold
  }
  return Array.from(group.ofRow, (groupNumber) => foldOfGroup[groupNumber]!)
}

/** Standard deviation of the class counts, rounded as NumPy rounds, so that groups tie where they do in scikit-learn. */
function deviation(counts: Float64Array): number {
  const mean = counts.reduce((total, count) => total + count, 0) / counts.length
  return Math.sqrt(counts.reduce((total, count) => total + (count - mean) * (count - mean), 0) / counts.length)
}

function findBestFold(
  counts: readonly Float64Array[],
  sizes: Float64Array,
  added: Float64Array,
  classTotals: Float64Array,
): number {
  let bestFold = 0
  let bestSpread = Number.POSITIVE_INFINITY
  for (let fold = 0; fold < sizes.length; fold++) {
    let spread = 0
    for (let label = 0; label < added.length; label++) {
      spread += shareDeviation(counts[label]!, fold, added[label]!, classTotals[label]!)
    }
    spread /= added.length
    const tied = Math.abs(spread - bestSpread) <= 1e-8 + 1e-5 * bestSpread // numpy's isclose, as scikit-learn compares
    if (spread < bestSpread || (tied && sizes[fold]! < sizes[bestFold]!)) {
      bestFold = fold
      bestSpread = spread
    }
  }
  return bestFold
}

/** Standard deviation over the folds of their shares of a class, as if `added` rows were already in `fold`; rounded as NumPy rounds. */
function shareDeviation(counts: Float64Array, fold: number, added: number, total: number): number {
  const shareOf = (index: number) => (counts[index]! + (index === fold ? added : 0)) / total
  let mean = 0
  for (let index = 0; index < counts.length; index++) mean += shareOf(index)
  mean /= counts.length
  let squares = 0
  for (let index = 0; index < counts.length; index++) {
    const difference = shareOf(index) - mean
    squares += difference * difference
  }
  return Math.sqrt(squares / counts.length)
}

function assertFolds(folds: number, groupCount: number, largestClass: number): void {
  if (!Number.isInteger(folds) || folds < 2 || folds > groupCount) {
    throw new DataSplitError(
      'bad-option',
      `Expected a whole number from 2 to the number of groups (${groupCount}) for folds but received ${folds}. Ask for fewer folds or give more patients.`,
      { value: folds },
    )
  }
  if (folds > largestClass) {
    throw new DataSplitError(
      'bad-option',
      `Expected at least one class with ${folds} rows for folds ${folds} but the largest has ${largestClass}. Ask for fewer folds.`,
      { value: folds },
    )
  }
}
