/**
 * Random splits of whole groups.
 *
 * Reference: scikit-learn's GroupShuffleSplit. The fractions count groups, not rows; the test part is rounded up.
 */
import { createRandom } from '@mammokit/seeded-random'
import { DataSplitError } from './data-split-error.ts'
import { type Group, indexGroups } from './group-index.ts'

/** Options of `groupShuffleSplit`. */
export interface GroupShuffleSplitOptions {
  /** How many independent splits. @default 1 */
  readonly splits?: number
  /** Share of the groups that go to the test part, above 0 and below 1. @default 0.2 */
  readonly testFraction?: number
  /** Share of the groups that go to the training part. @default 1 - testFraction */
  readonly trainFraction?: number
  /** @default 13 */
  readonly seed?: number
}

/** Row numbers of both parts of a split. */
export interface IndexSplit {
  /** Row numbers in rising order. */
  readonly train: number[]
  readonly test: number[]
}

/**
 * Splits rows at random so that each group (patient) is wholly in one part.
 *
 * @throws DataSplitError `bad-option` when a fraction leaves a part without a group.
 * @example
 * groupShuffleSplit(['a', 'a', 'b', 'c'], { testFraction: 0.3, seed: 1 })[0] // { train: [2, 3], test: [0, 1] } or another whole group
 */
export function groupShuffleSplit(groups: readonly Group[], options: GroupShuffleSplitOptions = {}): IndexSplit[] {
  const { splits = 1, testFraction = 0.2, trainFraction, seed = 13 } = options
  assertFraction('testFraction', testFraction)
  if (trainFraction !== undefined) assertFraction('trainFraction', trainFraction)
  const index = indexGroups(groups)
  const testCount = Math.ceil(testFraction * index.count)
  const trainCount = trainFraction === undefined ? index.count - testCount : Math.floor(trainFraction * index.count)
  if (trainCount < 1 || testCount + trainCount > index.count || testFraction + (trainFraction ?? 0) > 1) {
    throw new DataSplitError(
      'bad-option',
      `Expected fractions that leave at least one of ${index.count} groups for training and sum to at most 1 but received ` +
        `testFraction ${testFraction} (${testCount} groups), trainFraction ${trainFraction ?? 'not given'} (${trainCount} groups). Lower one of them.`,
      { value: testFraction },
    )
  }
  const random = createRandom(seed, 'group-shuffle-split')
  return Array.from({ length: splits }, () => {
    const order = random.shuffle(Array.from({ length: index.count }, (_, group) => group))
    const part = new Int8Array(index.count) // 0 unused, 1 test, 2 train
    for (const group of order.slice(0, testCount)) part[group] = 1
    for (const group of order.slice(testCount, testCount + trainCount)) part[group] = 2
    return { train: rowsOfPart(index.ofRow, part, 2), test: rowsOfPart(index.ofRow, part, 1) }
  })
}

function rowsOfPart(groupOfRow: Int32Array, part: Int8Array, wanted: number): number[] {
  const rows: number[] = []
  for (let row = 0; row < groupOfRow.length; row++) if (part[groupOfRow[row]!] === wanted) rows.push(row)
  return rows
}

function assertFraction(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new DataSplitError(
      'bad-option',
      `Expected a number above 0 and below 1 for ${name} but received ${value}. Give a share such as 0.33.`,
      { value },
    )
  }
}
