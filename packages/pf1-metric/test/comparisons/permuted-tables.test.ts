import { createRandom, type Random } from '@mammokit/seeded-random'
import fc from 'fast-check'
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

  /** A stream whose uniform numbers are all the same. */
  const always = (uniform: number): Random => ({ ...createRandom(1), uniform: () => uniform })

  test.each([
    [0, 5, 3, 0],
    [5, 0, 3, 3],
    [3, 2, 5, 3],
    [3, 2, 0, 0],
  ])('of %i and %i, %i at once, has one outcome and takes no number from the stream', (good, bad, draws, outcome) => {
    const silent = {
      ...createRandom(1),
      uniform: () => {
        throw new Error('drawn')
      },
    }
    expect(drawHypergeometric(silent, good, bad, draws)).toBe(outcome)
  })

  test('is the most likely number for the lowest uniform one', () => {
    const size = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(size, size, size, (good, bad, some) => {
        const draws = Math.min(some, good + bad)
        const ways = (k: number) => choose(good, k) * choose(bad, draws - k)
        const all = Array.from({ length: good + 1 }, (_, k) => ways(k))
        expect(ways(drawHypergeometric(always(0), good, bad, draws))).toBe(Math.max(...all))
      }),
    )
  })

  test('of two equally likely numbers is each for half of the uniform ones', () => {
    // C(9, 4) = C(9, 5)
    expect(drawHypergeometric(always(0.5 - 2 ** -32), 1, 9, 5)).toBe(1)
    expect(drawHypergeometric(always(0.5), 1, 9, 5)).toBe(0)
  })

  test('is no number beyond the first that is less than 2^-40 as likely as the most likely one', () => {
    // C(60, k) C(10000, 60 - k) / C(10000, 60): 3.1e-12 of that of 0 at k = 10, and 7.1e-14 at k = 11.
    expect(drawHypergeometric(always(1 - 2 ** -53), 60, 10_000, 60)).toBe(11)
    expect(drawHypergeometric(always(1 - 2 ** -53), 60, 10_000, 10_000)).toBe(60 - 11)
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

/** C(n, k), 0 where k is none of 0 to n. */
function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0
  return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k
}

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
