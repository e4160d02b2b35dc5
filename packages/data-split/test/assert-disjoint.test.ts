import { describe, expect, it } from 'vitest'
import { assertDisjoint, DataSplitError, findLeaks } from '../src/index.ts'

const parts = ['train', 'test', 'val', 'test']
const patients = ['1', '1', '2', '3']

describe('assertDisjoint', () => {
  it('names the group, both parts and the rows of a leak', () => {
    expect(() => assertDisjoint(parts, patients)).toThrow(
      'Expected one part for group 1 but received train and test (rows 0, 1). Split by group',
    )
    try {
      assertDisjoint(parts, patients)
    } catch (error) {
      expect(error).toBeInstanceOf(DataSplitError)
      expect(error).toMatchObject({ code: 'group-overlap', details: { leaks: [{ group: '1', rows: [0, 1] }] } })
    }
  })

  it('lists every leak, and counts the others in the message', () => {
    expect(findLeaks(parts, ['a', 'a', 'b', 'b'])).toEqual([
      { group: 'a', parts: ['train', 'test'], rows: [0, 1] },
      { group: 'b', parts: ['val', 'test'], rows: [2, 3] },
    ])
    expect(() => assertDisjoint(parts, ['a', 'a', 'b', 'b'])).toThrow(/\(and 1 more\)/)
  })

  it('names four rows of a leak at most, and all parts', () => {
    expect(() => assertDisjoint([0, 1, 2, 0], ['a', 'a', 'a', 'a'])).toThrow(
      'for group a but received 0 and 1 and 2 (rows 0, 1, 2, 3). Split',
    )
    expect(() => assertDisjoint([0, 1, 0, 0, 0], ['a', 'a', 'a', 'a', 'a'])).toThrow('(rows 0, 1, 2, 3, ...). Split')
  })

  it('compares no row without a group', () => {
    expect(findLeaks(parts, [undefined, undefined, 'b', 'c'])).toEqual([])
  })

  it('passes groups that stay in one part, such as numbered folds', () => {
    expect(assertDisjoint([0, 0, 1], ['a', 'a', 'b'])).toBeUndefined()
  })

  it('wants one part and one group per row', () => {
    expect(() => findLeaks(['train'], patients)).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        message: 'Expected as many parts as groups (4) but received 1. Give one of each per row.',
        details: { value: 1 },
      }),
    )
  })
})
