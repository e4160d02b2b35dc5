import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataSplitError, groupShuffleSplit } from '../src/index.ts'

const recorded = JSON.parse(readFileSync(new URL('./fixtures/scikit-learn.json', import.meta.url), 'utf8'))

describe('groupShuffleSplit', () => {
  it.each(
    recorded.groupShuffleSplit as {
      groups: number
      testFraction: number
      trainFraction: number | null
      counts: { train: number; test: number } | null
    }[],
  )(
    "gives $groups groups the part sizes of scikit-learn's GroupShuffleSplit ($testFraction, $trainFraction)",
    (recording) => {
      const groups = Array.from({ length: recording.groups }, (_, group) => group)
      const options = {
        testFraction: recording.testFraction,
        ...(recording.trainFraction === null ? {} : { trainFraction: recording.trainFraction }),
      }
      if (recording.counts === null) {
        expect(() => groupShuffleSplit(groups, options)).toThrow(DataSplitError)
        return
      }
      const [split] = groupShuffleSplit(groups, options)
      expect({ train: split!.train.length, test: split!.test.length }).toEqual(recording.counts)
    },
  )

  it('never puts a group in both parts, uses every row, and does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 60 }),
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        fc.nat(),
        (groups, testFraction, seed) => {
          fc.pre(new Set(groups).size >= 2)
          const [split] = groupShuffleSplit(groups, { testFraction, seed })
          const groupsOf = (rows: readonly number[]) => new Set(rows.map((row) => groups[row]!))
          for (const group of groupsOf(split!.train)) expect(groupsOf(split!.test).has(group)).toBe(false)
          expect([...split!.train, ...split!.test].sort((a, b) => a - b)).toEqual(groups.map((_, row) => row))
          const reversed = [...groups].reverse()
          const [mirrored] = groupShuffleSplit(reversed, { testFraction, seed })
          expect(new Set(mirrored!.test.map((row) => reversed[row]!))).toEqual(groupsOf(split!.test))
        },
      ),
    )
  })

  it('repeats itself for a seed and gives independent splits', () => {
    const groups = Array.from({ length: 50 }, (_, group) => `patient ${group}`)
    const splits = groupShuffleSplit(groups, { splits: 3, seed: 5 })
    expect(splits).toEqual(groupShuffleSplit(groups, { splits: 3, seed: 5 }))
    expect(splits[0]).not.toEqual(splits[1])
    expect(groupShuffleSplit(groups, { seed: 6 })[0]).not.toEqual(splits[0])
  })

  it('makes one split with 20 % for the test part from seed 13 where nothing else is asked for', () => {
    const groups = Array.from({ length: 50 }, (_, group) => group)
    expect(groupShuffleSplit(groups)).toEqual(groupShuffleSplit(groups, { splits: 1, testFraction: 0.2, seed: 13 }))
    expect(groupShuffleSplit(groups)[0]!.test.length).toBe(10)
  })

  it('leaves groups unused where both fractions together are below 1', () => {
    const [{ train, test }] = groupShuffleSplit([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], {
      testFraction: 0.2,
      trainFraction: 0.5,
    }) as [{ train: number[]; test: number[] }]
    expect([train.length, test.length, new Set([...train, ...test]).size]).toEqual([5, 2, 7])
  })

  it('gives the same rows on every platform: the first test part of seed 13 is written down', () => {
    const groups = Array.from({ length: 20 }, (_, group) => group)
    expect(groupShuffleSplit(groups, { testFraction: 0.3, seed: 13 })[0]!.test).toEqual([0, 1, 2, 7, 10, 13])
  })

  it.each([0, 1, -0.1, Number.NaN])('names testFraction and the value %d when it is not between 0 and 1', (value) => {
    expect(() => groupShuffleSplit(['a', 'b'], { testFraction: value })).toThrow(
      `Expected a number above 0 and below 1 for testFraction but received ${value}.`,
    )
  })

  it('names trainFraction, no rows and a bad seed', () => {
    expect(() => groupShuffleSplit(['a', 'b'], { trainFraction: 2 })).toThrow(/for trainFraction but received 2/)
    expect(() => groupShuffleSplit([])).toThrow(/at least one row for groups/)
    expect(() => groupShuffleSplit(['a', 'b'], { seed: 1.5 })).toThrow(/for seed but received 1.5/)
    expect(() => groupShuffleSplit(['a', 'b', 'c'], { testFraction: 0.6, trainFraction: 0.6 })).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message:
          'Expected fractions that leave at least one of 3 groups for training and sum to at most 1 but received testFraction 0.6 (2 groups), trainFraction 0.6 (1 groups). Lower one of them.',
        details: { value: 0.6 },
      }),
    )
    // 0.07 * 100 is above 7 in float64, and scikit-learn refuses 8 + 93 groups too.
    const hundred = Array.from({ length: 100 }, (_, group) => group)
    expect(() => groupShuffleSplit(hundred, { testFraction: 0.07, trainFraction: 0.93 })).toThrow(
      'testFraction 0.07 (8 groups), trainFraction 0.93 (93 groups)',
    )
    expect(() => groupShuffleSplit(['a'], {})).toThrow('trainFraction not given (0 groups)')
    expect(() => groupShuffleSplit(['a', 'b'], { trainFraction: 1 })).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { value: 1 } }),
    )
  })
})
