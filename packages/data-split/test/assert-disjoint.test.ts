import { describe, expect, it } from 'vitest'
import { assertDisjoint, DataSplitError, findLeaks } from '../src/index.ts'

const rows = [
  { patientId: '1', imageId: 'a', subset: 'train' },
  { patientId: '1', imageId: 'b', subset: 'test' },
  { patientId: '2', imageId: 'c', subset: 'val' },
  { patientId: '3', imageId: 'd', subset: 'test' },
]

describe('assertDisjoint', () => {
  it('names the patient, both subsets and the images of a leak', () => {
    expect(() => assertDisjoint(rows)).toThrow(
      'Expected one subset for patient 1 but received train and test (images a, b). Split by patient',
    )
    try {
      assertDisjoint(rows)
    } catch (error) {
      expect(error).toBeInstanceOf(DataSplitError)
      expect((error as DataSplitError).code).toBe('group-overlap')
    }
  })

  it('names the hash of an image that is in two subsets under two ids', () => {
    const hashes = new Map([
      ['c', '9f'],
      ['d', '9f'],
    ])
    expect(() => assertDisjoint(rows.slice(1), { hashes })).toThrow(
      /Expected one subset for images with hash 9f but received val and test \(images c, d\)/,
    )
  })

  it('lists every leak', () => {
    const hashes = new Map(rows.map((row) => [row.imageId, 'same']))
    expect(findLeaks(rows, { hashes }).map(({ kind, key }) => `${kind} ${key}`)).toEqual(['patient 1', 'hash same'])
    expect(() => assertDisjoint(rows, { hashes })).toThrow(/\(and 1 more\)/)
  })

  it('passes rows whose patients and hashes stay in one subset', () => {
    const hashes = new Map([
      ['a', 'x'],
      ['e', 'x'],
    ])
    expect(assertDisjoint([rows[0]!, { patientId: '1', imageId: 'e', subset: 'train' }], { hashes })).toBeUndefined()
  })
})
