import { describe, expect, it } from 'vitest'
import { assertDisjointSubsets, splitRows } from '../../src/index.ts'
import { makeScreeningRows, type ScreeningRow } from './screening-rows.ts'

const rows = makeScreeningRows(3000)
const shareOf = (part: readonly ScreeningRow[], keep: (row: ScreeningRow) => boolean) =>
  part.filter(keep).length / part.length
const subsetsOf = <Row extends { readonly subset: string }>(split: readonly Row[]) =>
  ['train', 'val', 'test'].map((subset) => split.filter((row) => row.subset === subset))

describe('splitRows', () => {
  it('keeps the rows in their order, and each column of stratifyBy within 1 % of its share in every subset', () => {
    const split = splitRows(rows, { stratifyBy: ['cancer', 'site_id'] })
    expect(split.map(({ imageId }) => imageId)).toEqual(rows.map(({ imageId }) => imageId))
    for (const part of subsetsOf(split)) {
      for (const keep of [
        (row: ScreeningRow) => row.cancer === 1,
        (row: ScreeningRow) => row.columns.site_id === '1',
      ]) {
        expect(Math.abs(shareOf(part, keep) - shareOf(rows, keep))).toBeLessThanOrEqual(0.01)
      }
    }
  })

  it('stratifies by a function of the row', () => {
    for (const part of subsetsOf(splitRows(rows, { stratifyBy: [(row) => Number(row.patientId) % 3 === 0] }))) {
      expect(shareOf(part, (row) => Number(row.patientId) % 3 === 0)).toBeCloseTo(1 / 3, 2)
    }
  })

  it('has no test part for a submission, and with k-fold the chosen fold is val', () => {
    expect(subsetsOf(splitRows(rows, { method: 'submission' })).map(({ length }) => length > 0)).toEqual([
      true,
      true,
      false,
    ])
    const folds = [0, 1, 2].map((fold) => splitRows(rows, { method: 'k-fold', folds: 3, fold }))
    folds.forEach((split, fold) => {
      for (const row of split) expect(row.subset).toBe(row.fold === fold ? 'val' : 'train')
    })
    const validated = folds.flatMap((split) => split.filter(({ subset }) => subset === 'val'))
    expect(validated.map(({ imageId }) => imageId).sort()).toEqual(rows.map(({ imageId }) => imageId).sort())
    expect(() => splitRows(rows, { method: 'k-fold', folds: 3, fold: 3 })).toThrow(
      'Expected a fold below 3 for fold but received 3.',
    )
  })

  it('keeps patients who share an image hash in one subset', () => {
    const hashes = new Map(rows.map((row) => [row.imageId, row.imageId]))
    for (let patient = 0; patient < 2999; patient += 2) hashes.set(`${patient + 1}-0`, `${patient}-0`)
    expect(() => assertDisjointSubsets(splitRows(rows), { hashes })).toThrow(
      /Expected one subset for images with hash .* but received \w+ and \w+ \(images /,
    )
    expect(() => assertDisjointSubsets(splitRows(rows, { hashes }), { hashes })).not.toThrow()
  })

  it('names an unknown column of stratifyBy', () => {
    expect(() => splitRows(rows, { stratifyBy: ['machine'] })).toThrow(/Expected a column machine for stratifyBy/)
  })
})
