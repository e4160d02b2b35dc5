import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertDisjoint, referenceSplit, type SplitPlace, submissionSplit } from '../src/index.ts'
import { makeScreeningRows, type ScreeningRow } from './screening-rows.ts'

const shareOf = (rows: readonly ScreeningRow[], keep: (row: ScreeningRow) => boolean) =>
  rows.filter(keep).length / rows.length

function subsetsOf(rows: readonly (ScreeningRow & SplitPlace)[]) {
  return (['train', 'val', 'test'] as const).map((subset) => rows.filter((row) => row.subset === subset))
}

describe('referenceSplit', () => {
  const rows = makeScreeningRows(3000)
  const patients = new Set(rows.map((row) => row.patientId)).size

  it('gives 33 % of the patients to the test part and 10 % of the rest to validation, within 0.5 % of all patients', () => {
    const [train, val, test] = subsetsOf(referenceSplit(rows)).map(
      (part) => new Set(part.map((row) => row.patientId)).size / patients,
    )
    expect(Math.abs(test! - 0.33)).toBeLessThanOrEqual(0.005)
    expect(Math.abs(val! - 0.067)).toBeLessThanOrEqual(0.005)
    expect(Math.abs(train! - 0.603)).toBeLessThanOrEqual(0.005)
  })

  it('keeps the share of cancer in each subset within 1 % of the whole, and that of every column asked for', () => {
    const split = referenceSplit(rows, { stratifyBy: ['cancer', 'site_id', 'density'] })
    for (const part of subsetsOf(split)) {
      expect(shareOf(part, (row) => row.cancer === 1) - shareOf(rows, (row) => row.cancer === 1)).toBeCloseTo(0, 2)
      for (const site of ['1', '2']) {
        const isSite = (row: ScreeningRow) => row.columns.site_id === site
        expect(Math.abs(shareOf(part, isSite) - shareOf(rows, isSite))).toBeLessThanOrEqual(0.01)
      }
      for (const density of ['', 'A', 'C']) {
        const isDensity = (row: ScreeningRow) => row.columns.density === density
        expect(Math.abs(shareOf(part, isDensity) - shareOf(rows, isDensity))).toBeLessThanOrEqual(0.01)
      }
    }
  })

  it('keeps the number of cancers in train and test within 1 % of their share, in validation within one patient', () => {
    const many = makeScreeningRows(12_000)
    const cancers = many.filter((row) => row.cancer).length
    const [train, val, test] = subsetsOf(referenceSplit(many)).map((part) => part.filter((row) => row.cancer).length)
    expect(Math.abs(train! / (cancers * 0.603) - 1)).toBeLessThanOrEqual(0.01)
    expect(Math.abs(test! / (cancers * 0.33) - 1)).toBeLessThanOrEqual(0.01)
    expect(Math.abs(val! - cancers * 0.067)).toBeLessThanOrEqual(4)
  })

  it('has no patient in two subsets or two folds, for any data and seed, and keeps the rows in their order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 80 }), fc.integer({ min: 2, max: 9 }), fc.nat(), (count, every, seed) => {
        const small = makeScreeningRows(count, every)
        const split = referenceSplit(small, { seed, folds: 3 })
        expect(() => assertDisjoint(split)).not.toThrow()
        expect(split.map((row) => row.imageId)).toEqual(small.map((row) => row.imageId))
        expect(() => assertDisjoint(split.map((row) => ({ ...row, subset: String(row.fold) })))).not.toThrow()
        for (const row of split) expect(row.fold === null).toBe(row.subset === 'test')
      }),
    )
  })

  it('repeats itself for a seed, whatever the order of the rows, and differs for another', () => {
    const placeOf = (split: readonly (ScreeningRow & SplitPlace)[]) =>
      new Map(split.map((row) => [row.imageId, `${row.subset} ${row.fold}`]))
    const split = placeOf(referenceSplit(rows, { seed: 13 }))
    expect(placeOf(referenceSplit([...rows].reverse(), { seed: 13 }))).toEqual(split)
    expect(placeOf(referenceSplit(rows, { seed: 14 }))).not.toEqual(split)
  })

  it('keeps patients who share an image hash in one subset', () => {
    const hashes = new Map(rows.map((row) => [row.imageId, row.imageId]))
    for (let patient = 0; patient < 2999; patient += 2) hashes.set(`${patient + 1}-0`, `${patient}-0`)
    expect(() => assertDisjoint(referenceSplit(rows), { hashes })).toThrow(/Expected one subset for images with hash/)
    expect(() => assertDisjoint(referenceSplit(rows, { hashes }), { hashes })).not.toThrow()
  })

  it('stratifies by a function of the row', () => {
    const split = referenceSplit(rows, { stratifyBy: [(row) => Number(row.patientId) % 3 === 0] })
    for (const part of subsetsOf(split)) {
      expect(shareOf(part, (row) => Number(row.patientId) % 3 === 0)).toBeCloseTo(1 / 3, 2)
    }
  })

  it('writes no folds when asked for none', () => {
    expect(referenceSplit(rows, { folds: 0 }).every((row) => row.fold === null)).toBe(true)
  })

  it('names an unknown column, a bad fraction and too few patients', () => {
    expect(() => referenceSplit(rows, { stratifyBy: ['machine'] })).toThrow(/Expected a column machine for stratifyBy/)
    expect(() => referenceSplit(rows, { testFraction: 33 })).toThrow(/for testFraction but received 33/)
    expect(() => referenceSplit(rows, { validationFraction: 0 })).toThrow(/for validationFraction but received 0/)
    expect(() => referenceSplit(makeScreeningRows(2))).toThrow(/at least 3 groups for 3 parts but received 2/)
  })
})

describe('submissionSplit', () => {
  it('has 90 % training, 10 % validation within 0.5 %, and no test', () => {
    const rows = makeScreeningRows(1000)
    const [train, val, test] = subsetsOf(submissionSplit(rows))
    expect(test).toEqual([])
    expect(Math.abs(val!.length / rows.length - 0.1)).toBeLessThanOrEqual(0.005)
    expect(train!.length + val!.length).toBe(rows.length)
    expect(() => assertDisjoint([...train!, ...val!])).not.toThrow()
  })
})
