import { describe, expect, it } from 'vitest'
import { assertIdsUnmangled } from '../../src/index.ts'

const row = (imageId: string, patientId = '7') => ({ imageId, patientId })

describe('assertIdsUnmangled', () => {
  it.each([
    ['00421', '421', 'its leading zeros were lost or added'],
    ['674714180', '674714180.0', 'it became a decimal number'],
    ['00421', '421.0', 'it became a decimal number'],
    ['123456789012345678', '123456789012345000', 'digits after the 15th were lost'],
    ['674714180', '6.7E+08', 'it became a number with an exponent, rounded to 2 significant figures'],
    ['674714180', '6,75E+08', 'it became a number with an exponent, rounded to 3 significant figures'],
    ['674714180', '7E+08', 'it became a number with an exponent, rounded to 1 significant figures'],
    ['0674714180', '6.7471418E8', 'it became a number with an exponent, rounded to 8 significant figures'],
    [
      '123456789012345678',
      '1.2345678901234568e+17',
      'it became a number with an exponent, rounded to 17 significant figures',
    ],
    ['1.2.840.113619.7', '1.2.840.11', 'its end was cut off'],
  ])('names %s as what %s was', (original, found, how) => {
    expect(() => assertIdsUnmangled([row(found)], [row(original), row('5')], 'splits.csv')).toThrow(
      `Expected image_id ${original} in splits.csv but received ${found}: ${how}, as spreadsheets do to numbers. Restore`,
    )
  })

  it('names the image of the same patient where several ids have the same first digits', () => {
    const known = [row('674714180', '8'), row('674714181', '0007'), row('674714182', '9')]
    expect(() => assertIdsUnmangled([row('6.7E+08')], known, 'splits.csv')).toThrow('image_id 674714181 in')
  })

  it('counts the others', () => {
    const rows = ['1', '2', '3'].map((id) => row(id))
    const known = ['01', '02', '03'].map((id) => row(id))
    expect(() => assertIdsUnmangled(rows, known, 'splits.csv')).toThrow('received 1 (and 2 more): its leading zeros')
  })

  it('passes ids that are merely unknown, and those whose like is in use', () => {
    const known = [row('1001'), row('10011'), row('0042'), row('55', '8')]
    expect(assertIdsUnmangled([row('1001'), row('99')], known, 'splits.csv')).toBeUndefined()
    expect(assertIdsUnmangled([row('42'), row('0042')], known, 'splits.csv')).toBeUndefined()
    expect(assertIdsUnmangled([row('6.7E+08'), row('6E3A')], known, 'splits.csv')).toBeUndefined()
    expect(assertIdsUnmangled([row('1001', '8'), row('5555', '9')], known, 'splits.csv')).toBeUndefined()
  })
})
