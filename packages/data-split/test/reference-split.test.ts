import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertDisjoint, type ReferenceSplitOptions, referenceSplit, submissionSplit } from '../src/index.ts'
import { makeScreeningRows, type ScreeningRow } from './screening-rows.ts'

const shareOf = (rows: readonly ScreeningRow[], keep: (row: ScreeningRow) => boolean) =>
  rows.filter(keep).length / rows.length

function split(rows: readonly ScreeningRow[], options: ReferenceSplitOptions = {}, columns = ['cancer']) {
  const labels = rows.map((row) => columns.map((column) => row.columns[column]!))
  const places = referenceSplit(
    labels,
    rows.map((row) => row.patientId),
    options,
  )
  return rows.map((row, index) => ({ ...row, ...places[index]! }))
}

function subsetsOf<Row extends { readonly subset: string }>(rows: readonly Row[]) {
  return ['train', 'val', 'test'].map((subset) => rows.filter((row) => row.subset === subset))
}

describe('referenceSplit', () => {
  const rows = makeScreeningRows(3000)
  const patients = new Set(rows.map((row) => row.patientId)).size

  it('gives 33 % of the patients to the test part and 10 % of the rest to validation, within 0.5 % of all patients', () => {
    const [train, val, test] = subsetsOf(split(rows)).map(
      (part) => new Set(part.map((row) => row.patientId)).size / patients,
    )
    expect(Math.abs(test! - 0.33)).toBeLessThanOrEqual(0.005)
    expect(Math.abs(val! - 0.067)).toBeLessThanOrEqual(0.005)
    expect(Math.abs(train! - 0.603)).toBeLessThanOrEqual(0.005)
  })

  it('keeps the share of cancer in each subset within 1 % of the whole, and that of every label given', () => {
    for (const part of subsetsOf(split(rows, {}, ['cancer', 'site_id', 'density']))) {
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

  it('keeps the share of cancer within each site in proportion in each subset, within 0.2 %', () => {
    const placed = split(rows, {}, ['cancer', 'site_id'])
    for (const site of ['1', '2']) {
      const ofSite = (part: readonly ScreeningRow[]) => part.filter((row) => row.columns.site_id === site)
      const whole = shareOf(ofSite(rows), (row) => row.cancer === 1)
      for (const part of subsetsOf(placed))
        expect(Math.abs(shareOf(ofSite(part), (row) => row.cancer === 1) - whole)).toBeLessThanOrEqual(0.002)
    }
  })

  it('keeps the share of cancer within each site in proportion in each fold, within 0.2 %', () => {
    const placed = split(rows, { folds: 3 }, ['cancer', 'site_id']).filter(({ fold }) => fold !== null)
    for (const site of ['1', '2']) {
      const ofSite = placed.filter((row) => row.columns.site_id === site)
      const whole = shareOf(ofSite, (row) => row.cancer === 1)
      for (const fold of [0, 1, 2])
        expect(
          Math.abs(
            shareOf(
              ofSite.filter((row) => row.fold === fold),
              (row) => row.cancer === 1,
            ) - whole,
          ),
        ).toBeLessThanOrEqual(0.002)
    }
  })

  it('gives the same places on every platform: those of seed 13 are written down', () => {
    const labels = Array.from({ length: 24 }, (_, row) => [String(Number(row % 5 === 0)), 'xyz'[row % 3]!])
    const groups = labels.map((_, row) => `p${Math.floor((row * row) / 40)}`)
    const describePlaces = (places: ReturnType<typeof submissionSplit>) =>
      places.map(({ subset, fold }) => `${subset[0]}${fold ?? '-'}`).join(' ')
    expect(describePlaces(referenceSplit(labels, groups, { folds: 3 }))).toBe(
      't1 t1 t1 t1 t1 t1 t1 t- t- t- t- t- t- t0 t0 t- t- t0 t0 t2 t2 t2 t0 v2',
    )
    expect(describePlaces(submissionSplit(labels, groups))).toBe(
      't3 t3 t3 t3 t3 t3 t3 v2 v2 t4 t4 t0 t0 t1 t1 t0 t0 t4 t1 t4 t0 t2 t1 t2',
    )
  })

  it('keeps the number of cancers in train and test within 1 % of their share, in validation within one patient', () => {
    const many = makeScreeningRows(12_000)
    const cancers = many.filter((row) => row.cancer).length
    const [train, val, test] = subsetsOf(split(many)).map((part) => part.filter((row) => row.cancer).length)
    expect(Math.abs(train! / (cancers * 0.603) - 1)).toBeLessThanOrEqual(0.01)
    expect(Math.abs(test! / (cancers * 0.33) - 1)).toBeLessThanOrEqual(0.01)
    expect(Math.abs(val! - cancers * 0.067)).toBeLessThanOrEqual(4)
  })

  it('has no patient in two subsets or two folds, for any data and seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 80 }), fc.integer({ min: 2, max: 9 }), fc.nat(), (count, every, seed) => {
        const placed = split(makeScreeningRows(count, every), { seed, folds: 3 })
        const groups = placed.map((row) => row.patientId)
        for (const parts of [placed.map((row) => row.subset), placed.map((row) => String(row.fold))]) {
          expect(() => assertDisjoint(parts, groups)).not.toThrow()
        }
        for (const row of placed) expect(row.fold === null).toBe(row.subset === 'test')
      }),
    )
  })

  it('repeats itself for a seed, whatever the order of the rows, and differs for another', () => {
    const placeOf = (placed: ReturnType<typeof split>) =>
      new Map(placed.map((row) => [row.imageId, `${row.subset} ${row.fold}`]))
    const placed = placeOf(split(rows, { seed: 13 }))
    expect(placeOf(split([...rows].reverse(), { seed: 13 }))).toEqual(placed)
    expect(placeOf(split(rows, { seed: 14 }))).not.toEqual(placed)
  })

  it('writes no folds when asked for none', () => {
    expect(split(rows, { folds: 0 }).every((row) => row.fold === null)).toBe(true)
  })

  it('names a bad fraction and too few patients', () => {
    for (const [options, name, value] of [
      [{ testFraction: 33 }, 'testFraction', 33],
      [{ testFraction: 1 }, 'testFraction', 1],
      [{ validationFraction: 0 }, 'validationFraction', 0],
    ] as const)
      expect(() => split(rows, options)).toThrow(
        expect.objectContaining({
          code: 'bad-option',
          message: `Expected a number above 0 and below 1 for ${name} but received ${value}. Give a share such as 0.33.`,
          details: { value },
        }),
      )
    expect(() => submissionSplit([['1']], ['a'], { validationFraction: 1 })).toThrow(
      /for validationFraction but received 1/,
    )
    expect(() => split(makeScreeningRows(2))).toThrow(/at least 3 groups for 3 parts but received 2/)
  })
})

describe('submissionSplit', () => {
  it('has 90 % training, 10 % validation within 0.5 %, and no test', () => {
    const rows = makeScreeningRows(1000)
    const groups = rows.map((row) => row.patientId)
    const places = submissionSplit(
      rows.map((row) => [String(row.cancer)]),
      groups,
    )
    const [train, val, test] = subsetsOf(places)
    expect(test).toEqual([])
    expect(Math.abs(val!.length / rows.length - 0.1)).toBeLessThanOrEqual(0.005)
    expect(train!.length + val!.length).toBe(rows.length)
    const subsets = places.map(({ subset }) => subset)
    expect(() => assertDisjoint(subsets, groups)).not.toThrow()
  })
})
