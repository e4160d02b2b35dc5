import { describe, expect, it } from 'vitest'
import { assertDisjointSubsets } from '../../src/index.ts'

const rows = [
  { patientId: '1', imageId: 'a', subset: 'train' },
  { patientId: '1', imageId: 'b', subset: 'test' },
  { patientId: '2', imageId: 'c', subset: 'val' },
  { patientId: '3', imageId: 'd', subset: 'test' },
]
const same = new Map(rows.map((row) => [row.imageId, '9f']))

describe('assertDisjointSubsets', () => {
  it('names the patient, both subsets and the images of a leak', () => {
    expect(() => assertDisjointSubsets(rows)).toThrow(
      'Expected one subset for patient 1 but received train and test (images a, b). Split by patient',
    )
  })

  it('names the hash of an image that is in two subsets under two ids, and counts the other leaks', () => {
    expect(() => assertDisjointSubsets(rows.slice(1), { hashes: same })).toThrow(
      /Expected one subset for images with hash 9f but received test and val \(images b, c, d\)/,
    )
    expect(() => assertDisjointSubsets(rows, { hashes: same })).toThrow(/patient 1 .*\(and 1 more\)/)
  })

  it('passes rows whose patients and hashes stay in one subset', () => {
    const copy = { patientId: '1', imageId: 'e', subset: 'train' }
    expect(assertDisjointSubsets([rows[0], copy], { hashes: new Map([...same, ['e', '9f']]) })).toBeUndefined()
  })
})
