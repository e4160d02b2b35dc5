import { describe, expect, it } from 'vitest'
import { assertSameLength, indexGroups } from '../src/group-index.ts'

const placesOf = (groups: readonly (string | number)[]) => {
  const { count, ofRow } = indexGroups(groups)
  return { count, ofRow: Array.from(ofRow) }
}

describe('indexGroups', () => {
  it('orders numbers by value and strings by code unit, whatever order their rows are in', () => {
    expect(placesOf([10, 9, 10, 2])).toEqual({ count: 3, ofRow: [2, 1, 2, 0] })
    expect(placesOf(['b', 'a', 'B', 'a'])).toEqual({ count: 3, ofRow: [2, 1, 0, 1] })
    expect(placesOf(['10', '9'])).toEqual({ count: 2, ofRow: [0, 1] })
  })

  it('orders numbers among strings as their digits', () => {
    expect(placesOf(['a', 5])).toEqual({ count: 2, ofRow: [1, 0] })
    expect(placesOf([7, '+'])).toEqual({ count: 2, ofRow: [1, 0] })
  })

  it('refuses no rows by the name of the argument', () => {
    expect(() => indexGroups([], 'labels')).toThrow(
      expect.objectContaining({
        name: 'DataSplitError',
        code: 'bad-option',
        message: 'Expected at least one row for labels but received none.',
        details: { value: 0 },
      }),
    )
  })
})

it('assertSameLength names both lengths', () => {
  expect(() => assertSameLength([1, 0], ['a', 'b'])).not.toThrow()
  expect(() => assertSameLength([1, 0], ['a'])).toThrow(
    expect.objectContaining({ code: 'bad-option', details: { value: 2 } }),
  )
})
