import { createRandom } from '@mammokit/seeded-random'
import { describe, expect, test } from 'vitest'
import { drawHypergeometric } from '../../src/comparisons/hypergeometric.ts'
import { kinds, type LabeledUnit, tableOf, tablePermuter } from '../../src/comparisons/permuted-tables.ts'

/** Pearson's statistic of counts against their expectation. */
function deviation(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0)
}

describe('a hypergeometric draw', () => {
  test.each([
    // C(good, k) C(bad, draws - k) / C(good + bad, draws)
    { good: 5, bad: 7, draws: 4, ways: [35, 175, 210, 70, 5] },
    { good: 3, bad: 2, draws: 4, ways: [0, 0, 3, 2] },
    { good: 1, bad: 9, draws: 5, ways: [126, 126] },
  ])('of $draws from $good and $bad has the probabilities of counting the ways', ({ good, bad, draws, ways }) => {
    const random = createRandom(7, 'hypergeometric')
    const drawn = ways.map(() => 0)
    for (let i = 0; i < 20_000; i++) drawn[drawHypergeometric(random, good, bad, draws)]++
    const all = ways.reduce((sum, count) => sum + count, 0)
    const possible = [...ways.keys()].filter((k) => ways[k] > 0)
    expect(drawn.filter((_, k) => ways[k] === 0)).toEqual(ways.filter((count) => count === 0))
    const expected = possible.map((k) => (20_000 * ways[k]) / all)
    // The 99.9 % point of chi-squared with 4 degrees of freedom.
    expect(
      deviation(
        possible.map((k) => drawn[k]),
        expected,
      ),
    ).toBeLessThan(18.5)
  })

  test('of thousands has mean and variance of the distribution', () => {
    const random = createRandom(7, 'hypergeometric')
    const [good, bad, draws] = [4000, 9000, 2500]
    const drawn = Array.from({ length: 4000 }, () => drawHypergeometric(random, good, bad, draws))
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length
    const all = good + bad
    const expected = (draws * (good / all) * (bad / all) * (all - draws)) / (all - 1)
    expect(Math.abs(mean - (draws * good) / all)).toBeLessThan(4 * Math.sqrt(expected / drawn.length))
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1)
  })
})

test('tables are as often drawn as permutations of the labels give them, of pure and mixed patients alike', () => {
  const patient = (patientId: string, ...units: readonly (readonly [kind: number, label: number])[]): LabeledUnit[] =>
    units.map(([kind, label]) => ({ patientId, kind, label }))
  const units = [
    ...patient('a', [0, 0], [1, 0]),
    ...patient('b', [0, 0], [0, 0]),
    ...patient('c', [1, 1], [1, 1]),
    ...patient('d', [2, 1], [0, 1]),
    ...patient('e', [3, 0], [0, 0]),
    ...patient('f', [0, 0], [1, 1], [1, 0]),
    ...patient('g', [0, 1], [0, 0]),
  ]
  const labels = 2
  const count = (tables: readonly string[]) => {
    const counts = new Map<string, number>()
    for (const table of tables) counts.set(table, (counts.get(table) ?? 0) + 1)
    return counts
  }
  const [draw, random] = [tablePermuter(units, labels), createRandom(3, 'tables')]
  const drawn = count(Array.from({ length: 8000 }, () => draw(random).join()))
  const shuffle = createRandom(4, 'shuffles')
  const permuted = count(Array.from({ length: 8000 }, () => tableOf(shuffled(units, shuffle), labels).join()))
  expect([...drawn.keys()].sort()).toEqual([...permuted.keys()].sort())
  for (const [table, times] of permuted) {
    const share = times / 8000
    expect(Math.abs(drawn.get(table)! - times)).toBeLessThan(5 * Math.sqrt(2 * 8000 * share * (1 - share)))
  }
  expect(tableOf(units, labels)).toHaveLength(labels * kinds)
})

/** As a permutation test does it: labels among patients that have one, of one class, and within patients that have several. */
function shuffled(units: readonly LabeledUnit[], random: ReturnType<typeof createRandom>): LabeledUnit[] {
  const own = (patient: string) => units.filter(({ patientId }) => patientId === patient)
  const labelsOf = (patients: readonly string[]) => random.shuffle(patients.map((patient) => own(patient)[0].label))
  const given = new Map<string, number>()
  for (const stratum of [
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]) {
    const labels = labelsOf(stratum)
    for (const [i, patient] of stratum.entries()) given.set(patient, labels[i])
  }
  const mixed = new Map(['f', 'g'].map((patient) => [patient, random.shuffle(own(patient).map(({ label }) => label))]))
  return units.map((unit) => ({ ...unit, label: given.get(unit.patientId) ?? mixed.get(unit.patientId)!.pop()! }))
}
