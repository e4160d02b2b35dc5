import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stratifiedGroupKFold } from '../src/index.ts'
import { makeScreeningRows } from './screening-rows.ts'

const recorded = JSON.parse(readFileSync(new URL('./fixtures/scikit-learn.json', import.meta.url), 'utf8'))

describe('stratifiedGroupKFold', () => {
  it.each(
    recorded.stratifiedGroupKFold as { folds: number; labels: number[]; groups: number[]; foldOfRow: number[] }[],
  )(
    "equals scikit-learn's StratifiedGroupKFold without shuffling, $folds folds, row by row",
    ({ folds, labels, groups, foldOfRow }) => {
      expect(stratifiedGroupKFold(labels, groups, { folds, shuffle: false })).toEqual(foldOfRow)
    },
  )

  it('keeps every group in one fold and numbers the folds from 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 })), {
          minLength: 30,
          maxLength: 120,
        }),
        fc.integer({ min: 2, max: 5 }),
        fc.nat(),
        (rows, folds, seed) => {
          const groups = rows.map(([group]) => group)
          fc.pre(new Set(groups).size >= 8)
          const foldOfRow = stratifiedGroupKFold(
            rows.map(([, label]) => label),
            groups,
            { folds, seed },
          )
          const foldOfGroup = new Map<number, number>()
          foldOfRow.forEach((fold, row) => {
            expect(foldOfGroup.get(groups[row]!) ?? fold).toBe(fold)
            foldOfGroup.set(groups[row]!, fold)
          })
          expect([...new Set(foldOfRow)].sort()).toEqual(Array.from({ length: folds }, (_, fold) => fold))
        },
      ),
    )
  })

  it('visits equally uneven groups in the order of the seed, 13 where none is given, and makes 5 folds', () => {
    const rows = makeScreeningRows(60)
    const labels = rows.map((row) => row.cancer)
    const groups = rows.map((row) => row.patientId)
    const drawn = stratifiedGroupKFold(labels, groups)
    expect(drawn).toEqual(stratifiedGroupKFold(labels, groups, { folds: 5, shuffle: true, seed: 13 }))
    expect(drawn).not.toEqual(stratifiedGroupKFold(labels, groups, { seed: 14 }))
    expect(drawn).not.toEqual(stratifiedGroupKFold(labels, groups, { shuffle: false }))
  })

  it('makes as many folds as there are groups, or as the largest class has rows', () => {
    expect(stratifiedGroupKFold([0, 0, 1], ['a', 'b', 'c'], { folds: 2, shuffle: false })).toHaveLength(3)
    expect([...stratifiedGroupKFold([0, 0, 0], ['a', 'b', 'c'], { folds: 3 })].sort()).toEqual([0, 1, 2])
  })

  it('keeps the class share of each fold within 1 % of the whole on screening data, |delta| <= 0.001', () => {
    const rows = makeScreeningRows(4000)
    const share = rows.filter((row) => row.cancer).length / rows.length
    const folds = stratifiedGroupKFold(
      rows.map((row) => row.cancer),
      rows.map((row) => row.patientId),
    )
    for (let fold = 0; fold < 5; fold++) {
      const part = rows.filter((_, row) => folds[row] === fold)
      const partShare = part.filter((row) => row.cancer).length / part.length
      expect(Math.abs(partShare - share)).toBeLessThanOrEqual(0.001)
    }
  })

  it('names folds, the groups and the rows when they cannot be', () => {
    expect(() => stratifiedGroupKFold([0, 1], ['a', 'b'], { folds: 3 })).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message:
          'Expected a whole number from 2 to the number of groups (2) for folds but received 3. Ask for fewer folds or give more patients.',
        details: { value: 3 },
      }),
    )
    expect(() => stratifiedGroupKFold([0, 1, 0], ['a', 'b', 'c'], { folds: 2.5 })).toThrow(
      /for folds but received 2\.5/,
    )
    expect(() => stratifiedGroupKFold([], [])).toThrow(/at least one row for labels/)
    expect(() => stratifiedGroupKFold([0, 1], ['a', 'b'], { folds: 1 })).toThrow(/for folds but received 1/)
    expect(() => stratifiedGroupKFold([0, 1, 2], ['a', 'b', 'c'], { folds: 2 })).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message: 'Expected at least one class with 2 rows for folds 2 but the largest has 1. Ask for fewer folds.',
        details: { value: 2 },
      }),
    )
    expect(() => stratifiedGroupKFold([0, 1], ['a'])).toThrow(/as many labels as groups \(1\) but received 2/)
  })
})
