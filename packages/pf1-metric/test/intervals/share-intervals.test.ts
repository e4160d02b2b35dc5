import { describe, expect, test } from 'vitest'
import { clopperPearson, effectiveCounts, numberGroups, wilson } from '../../src/index.ts'
import { recorded } from './recorded.ts'

describe.each([
  ['clopperPearson', clopperPearson],
  ['wilson', wilson],
] as const)('%s', (name, interval) => {
  test.each(recorded.counts)("is SciPy's, |delta| <= 1e-9: $successes of $trials at $confidence", (golden) => {
    const { successes, trials, confidence } = golden
    const { low, high } = interval(successes, trials, { confidence })
    expect(Math.abs(low - golden[name][0])).toBeLessThanOrEqual(1e-9)
    expect(Math.abs(high - golden[name][1])).toBeLessThanOrEqual(1e-9)
    expect(low).toBeLessThan(high)
    expect(low).toBeGreaterThanOrEqual(0)
    expect(high).toBeLessThanOrEqual(1)
  })

  test('rejects counts that are none', () => {
    expect(() => interval(3, 2)).toThrow('from 0 to 2 for successes but received 3')
    expect(() => interval(0, 0)).toThrow('for trials but received 0')
    expect(() => interval(Number.NaN, 2)).toThrow('for successes but received NaN')
    for (const confidence of [0, 1, 95]) {
      expect(() => interval(1, 2, { confidence })).toThrow(`for confidence but received ${confidence}`)
    }
  })
})

test.each([
  ['clopperPearson', clopperPearson],
  ['wilson', wilson],
] as const)('%s starts at 0 without a success and ends at 1 without a failure, in every bit', (_, interval) => {
  for (let trials = 1; trials <= 60; trials++) {
    expect(interval(0, trials).low).toBe(0)
    expect(interval(trials, trials).high).toBe(1)
  }
})

test('40 of 40 is 0.912 to 1', () => {
  expect(clopperPearson(40, 40).low).toBeCloseTo(0.9119, 4)
  expect(clopperPearson(40, 40).high).toBe(1)
})

describe('clopperPearson', () => {
  test('covers every share with a chance of at least 0.95: 25 trials', () => {
    for (let share = 0.005; share < 1; share += 0.005) {
      let chance = share ** 25 // of 25 successes; of one fewer it is that times the odds against
      let covered = 0
      for (let successes = 25; successes >= 0; successes--) {
        const { low, high } = clopperPearson(successes, 25)
        if (low <= share && share <= high) covered += chance
        chance *= ((successes / (26 - successes)) * (1 - share)) / share
      }
      expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9)
    }
  })
})

describe('numberGroups', () => {
  test('numbers names in order of first appearance, and the numbers of some of them again', () => {
    const { numbers, groupCount } = numberGroups(['b', 'a', 'b', '', 'a'])
    expect([...numbers, groupCount]).toEqual([0, 1, 0, 2, 1, 3])
    const some = numberGroups(numbers.subarray(1))
    expect([...some.numbers, some.groupCount]).toEqual([0, 1, 2, 0, 3])
    expect(numberGroups(new Uint32Array())).toEqual({ numbers: new Uint32Array(), groupCount: 0 })
  })
})

describe('effectiveCounts', () => {
  test('is the same of clusters by name and by number, in every bit', () => {
    const clusters = Array.from({ length: 50 }, (_, i) => `patient ${(i * i) % 17}`)
    const outcomes = clusters.map((_, i) => Number((i * 7) % 11 < 4))
    const { numbers } = numberGroups(clusters)
    expect(effectiveCounts(outcomes, numbers)).toEqual(effectiveCounts(outcomes, clusters))
    expect(effectiveCounts(outcomes.slice(9), numbers.subarray(9))).toEqual(
      effectiveCounts(outcomes.slice(9), clusters.slice(9)),
    )
  })

  test('are the counts themselves where every cluster has one trial', () => {
    expect(effectiveCounts([1, 0, 1, 1], ['a', 'b', 'c', 'd'])).toEqual({ successes: 3, trials: 4, designEffect: 1 })
  })

  test('count clusters once whose members are all alike', () => {
    const { successes, trials } = effectiveCounts([1, 1, 0, 0, 1, 1], ['a', 'a', 'b', 'b', 'c', 'c'])
    expect([successes, trials]).toEqual([2, 3])
  })

  test('has the variance of Rao and Scott, |delta| <= 1e-12', () => {
    // Clusters of 2: 3 with two successes, 2 with one, 3 with none; v = m / (m - 1) * sum((x - p n)^2) / N^2.
    const outcomes = [1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    const variance = ((8 / 7) * 6) / 16 ** 2
    const { designEffect } = effectiveCounts(
      outcomes,
      outcomes.map((_, i) => `${i >> 1}`),
    )
    expect(designEffect).toBeCloseTo(variance / (0.25 / 16), 12)
  })

  test('takes members for alike where all trials end alike, and for independent at the most', () => {
    expect(effectiveCounts([1, 1, 1, 1], ['a', 'a', 'b', 'b']).trials).toBe(2)
    expect(effectiveCounts([0, 0, 0, 0], ['a', 'a', 'b', 'b'])).toEqual({ successes: 0, trials: 2, designEffect: 2 })
    // One cluster does not show it either.
    expect(effectiveCounts([1, 0], ['a', 'a'])).toEqual({ successes: 0.5, trials: 1, designEffect: 2 })
    expect(effectiveCounts([0, 1, 0, 1, 0, 1], ['a', 'a', 'b', 'b', 'c', 'c']).trials).toBe(6)
  })

  test('rejects clusters of another number, and none', () => {
    expect(() => effectiveCounts([1, 0], ['a'])).toThrow('received 1 clusters and 2 outcomes')
    expect(() => effectiveCounts([1, 0], ['a'])).toThrow(
      expect.objectContaining({ code: 'length-mismatch', details: { outcomes: 2, clusters: 1 } }),
    )
    expect(() => effectiveCounts([], [])).toThrow('at least one trial')
    expect(() => effectiveCounts([], [])).toThrow(expect.objectContaining({ code: 'empty' }))
  })
})
