import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stratifiedGroupSplit } from '../src/index.ts'

describe('stratifiedGroupSplit', () => {
  it('keeps groups whole, leaves no part empty, and does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('0', '1'), fc.constantFrom('x', 'y', 'z')), {
          minLength: 6,
          maxLength: 120,
        }),
        fc.nat(),
        (rows, seed) => {
          const groups = rows.map(([group]) => group)
          fc.pre(new Set(groups).size >= 3)
          const labels = rows.map(([, first, second]) => [first, second])
          const fractions = [0.6, 0.1, 0.3]
          const parts = stratifiedGroupSplit(labels, groups, { fractions, seed })
          const partOfGroup = new Map(groups.map((group, row) => [group, parts[row]!]))
          expect(parts).toEqual(groups.map((group) => partOfGroup.get(group)))
          expect(new Set(parts).size).toBe(3)
          const reversed = stratifiedGroupSplit([...labels].reverse(), [...groups].reverse(), { fractions, seed })
          expect([...reversed].reverse()).toEqual(parts)
        },
      ),
    )
  })

  it('holds the size of every part within one group when all groups are alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 300 }), fc.nat(), (count, seed) => {
        const groups = Array.from({ length: count }, (_, group) => group)
        const fractions = [0.603, 0.067, 0.33]
        const parts = stratifiedGroupSplit(
          groups.map(() => ['0']),
          groups,
          { fractions, seed },
        )
        fractions.forEach((fraction, part) => {
          const size = parts.filter((value) => value === part).length
          expect(Math.abs(size - Math.max(1, fraction * count))).toBeLessThanOrEqual(1)
        })
      }),
    )
  })

  it('gives the same parts on every platform: those of seed 13 are written down', () => {
    const labels = Array.from({ length: 24 }, (_, row) => [String(Number(row % 5 === 0)), 'xyz'[row % 3]!])
    const groups = labels.map((_, row) => Math.floor((row * row) / 40))
    const fractions = [0.5, 0.2, 0.3]
    const parts = stratifiedGroupSplit(labels, groups, { fractions })
    expect(parts.join('')).toBe('000000011222200102102020')
    expect(stratifiedGroupSplit(labels, groups, { fractions, seed: 13 })).toEqual(parts)
    expect(stratifiedGroupSplit(labels, groups, { fractions, seed: 14 })).not.toEqual(parts)
  })

  it('gives an empty part the last group of the part that has most groups', () => {
    const labels = Array.from({ length: 6 }, () => ['0'])
    const parts = stratifiedGroupSplit(labels, ['a', 'b', 'b', 'b', 'c', 'c'], { fractions: [0.98, 0.01, 0.01] })
    expect([...new Set(parts)].sort()).toEqual([0, 1, 2])
    expect(parts[1]).toBe(0)
    const second = stratifiedGroupSplit(labels, ['a', 'b', 'b', 'b', 'c', 'c'], { fractions: [0.01, 0.98, 0.01] })
    expect([...new Set(second)].sort()).toEqual([0, 1, 2])
    expect(second[1]).toBe(1)
  })

  it('says what fractions and how many groups it needs', () => {
    expect(() => stratifiedGroupSplit([[], []], ['a', 'b'], { fractions: [0.5, 0.6] })).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message:
          'Expected numbers above 0 that sum to 1 for fractions but received [0.5, 0.6]. Leave a part out instead of giving it 0.',
        details: { value: [0.5, 0.6] },
      }),
    )
    expect(() => stratifiedGroupSplit([[], []], ['a', 'b'], { fractions: [0.5, 0.4] })).toThrow(/sum to 1/)
    expect(() => stratifiedGroupSplit([[], [], []], ['a', 'b', 'c'], { fractions: [0.7, 0.2, 0.1] })).not.toThrow()
    expect(() => stratifiedGroupSplit([[]], ['a', 'b'], { fractions: [0.5, 0.5] })).toThrow(/as many labels as groups/)
    expect(() => stratifiedGroupSplit([[], []], ['a', 'b'], { fractions: [1, 0] })).toThrow(/numbers above 0/)
    expect(() => stratifiedGroupSplit([[]], ['a'], { fractions: [0.5, 0.5] })).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message: 'Expected at least 2 groups for 2 parts but received 1. Give more patients.',
        details: { value: 1 },
      }),
    )
    expect(stratifiedGroupSplit([[], []], ['a', 'b'], { fractions: [0.5, 0.5] }).sort()).toEqual([0, 1])
  })
})
