/**
 * Parts of unequal size, made of whole groups, with every label spread in proportion.
 *
 * The greedy idea of StratifiedGroupKFold with the chi-square distance as its measure: a group goes where it lowers
 * sum over parts p, labels l of (rows[p][l] - fraction[p] * total[l])^2 / (fraction[p] * total[l]) most. A label with few rows weighs
 * little in that sum, so that many rare combinations do not push the parts out of size.
 */
import { createRandom } from '@mammokit/seeded-random'
import { DataSplitError } from './data-split-error.ts'
import { assertSameLength, type Group, indexGroups } from './group-index.ts'

/** Options of `stratifiedGroupSplit`. */
export interface StratifiedGroupSplitOptions {
  /** Share of each part; above 0, sum 1. */
  readonly fractions: readonly number[]
  /** @default 13 */
  readonly seed?: number
}

/**
 * Gives each row the number of its part, 0 to fractions.length - 1; no group is in two parts.
 *
 * `labels` has for each row any number of values (cancer, site, ...), each of which is spread in proportion; rows and groups are too.
 *
 * @throws DataSplitError `bad-option` when the fractions do not sum to 1 or there are fewer groups than parts.
 * @example
 * stratifiedGroupSplit([['1'], ['0'], ['1'], ['0']], ['a', 'b', 'c', 'd'], { fractions: [0.5, 0.5], seed: 1 }) // each part: a 1 and a 0
 */
export function stratifiedGroupSplit(
  labels: readonly (readonly string[])[],
  groups: readonly Group[],
  options: StratifiedGroupSplitOptions,
): number[] {
  const { fractions, seed = 13 } = options
  assertSameLength(labels, groups)
  const group = indexGroups(groups)
  assertFractions(fractions, group.count)
  const { counts, totals } = countLabels(labels, group.ofRow, group.count)

  const order = createRandom(seed, 'stratified-group-split').shuffle(
    Array.from({ length: group.count }, (_, groupNumber) => groupNumber),
  )
  const weight = counts.map((ofGroup) =>
    ofGroup.reduce((sum, [label, count]) => sum + (count * count) / totals[label]!, 0),
  )
  order.sort((a, b) => weight[b]! - weight[a]!) // the groups with rare labels first, the easy ones level out at the end

  const filled = fractions.map(() => new Float64Array(totals.length))
  const partOfGroup = new Int32Array(group.count)
  for (const groupNumber of order) {
    const part = findBestPart(filled, counts[groupNumber]!, totals, fractions)
    for (const [label, count] of counts[groupNumber]!) filled[part]![label]! += count
    partOfGroup[groupNumber] = part
  }
  giveEmptyPartsAGroup(partOfGroup, order, fractions.length)
  return Array.from(group.ofRow, (groupNumber) => partOfGroup[groupNumber]!)
}

type LabelCounts = [label: number, count: number][]

/** Rows per label and group; label 0 is "a row" and label 1 "a group", so that sizes are balanced like any label. */
function countLabels(labels: readonly (readonly string[])[], groupOfRow: Int32Array, groupCount: number) {
  const names = new Map<string, number>()
  const totals: number[] = [labels.length, groupCount]
  const counts = Array.from({ length: groupCount }, () => new Map([[1, 1]]))
  labels.forEach((ofRow, row) => {
    const ofGroup = counts[groupOfRow[row]!]!
    ofGroup.set(0, (ofGroup.get(0) ?? 0) + 1)
    ofRow.forEach((value, position) => {
      const name = `${position}:${value}`
      const label = names.get(name) ?? names.size + 2
      names.set(name, label)
      totals[label] = (totals[label] ?? 0) + 1
      ofGroup.set(label, (ofGroup.get(label) ?? 0) + 1)
    })
  })
  // in the order of the labels' names, so that sums of fractions are the same whatever the order of the rows
  const rank = new Map([...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, label], position) => [label, position]))
  const ranked = counts.map(
    (ofGroup): LabelCounts => [...ofGroup].sort(([a], [b]) => (rank.get(a) ?? a - 2) - (rank.get(b) ?? b - 2)),
  )
  return { counts: ranked, totals }
}

function findBestPart(
  filled: readonly Float64Array[],
  counts: LabelCounts,
  totals: readonly number[],
  fractions: readonly number[],
): number {
  let best = 0
  let bestCost = Number.POSITIVE_INFINITY
  fractions.forEach((fraction, part) => {
    let cost = 0
    for (const [label, count] of counts) {
      const target = fraction * totals[label]!
      cost += (count * (2 * (filled[part]![label]! - target) + count)) / target
    }
    if (cost < bestCost) {
      best = part
      bestCost = cost
    }
  })
  return best
}

/** Only very small data sets leave a part empty: it takes the last group of the part that has the most. */
function giveEmptyPartsAGroup(partOfGroup: Int32Array, order: readonly number[], parts: number): void {
  for (let part = 0; part < parts; part++) {
    if (partOfGroup.includes(part)) continue
    const sizes = Array.from({ length: parts }, (_, other) => partOfGroup.filter((value) => value === other).length)
    const largest = sizes.indexOf(Math.max(...sizes))
    partOfGroup[order.findLast((groupNumber) => partOfGroup[groupNumber] === largest)!] = part
  }
}

function assertFractions(fractions: readonly number[], groupCount: number): void {
  const sum = fractions.reduce((total, fraction) => total + fraction, 0)
  if (!fractions.every((fraction) => fraction > 0) || Math.abs(sum - 1) > 1e-9) {
    throw new DataSplitError(
      'bad-option',
      `Expected numbers above 0 that sum to 1 for fractions but received [${fractions.join(', ')}]. Leave a part out instead of giving it 0.`,
      { value: fractions },
    )
  }
  if (groupCount < fractions.length) {
    throw new DataSplitError(
      'bad-option',
      `Expected at least ${fractions.length} groups for ${fractions.length} parts but received ${groupCount}. Give more patients.`,
      { value: groupCount },
    )
  }
}
