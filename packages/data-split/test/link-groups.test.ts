import { expect, it } from 'vitest'
import { linkGroups } from '../src/index.ts'

it('gives groups that share a key, directly or through others, the first of their names in any order of the rows', () => {
  const groups = ['d', 'b', 'b', 'c', 'a']
  const keys = ['x', 'x', 'y', 'y', undefined]
  expect(linkGroups(groups, keys)).toEqual(['b', 'b', 'b', 'b', 'a'])
  expect(linkGroups(groups.toReversed(), keys.toReversed())).toEqual(['a', 'b', 'b', 'b', 'b'])
})

it('keeps groups apart that share no key', () => {
  expect(linkGroups(['d', 'c', 'b', 'a'], ['x', 'x', 'y', 'y'])).toEqual(['c', 'c', 'a', 'a'])
  expect(linkGroups(['b', 'a'], ['x', 'y'])).toEqual(['b', 'a'])
})

it('links nothing without keys, and wants one for each row', () => {
  expect(linkGroups(['a', 'b'], [undefined, undefined])).toEqual(['a', 'b'])
  expect(() => linkGroups(['a', 'b'], [])).toThrow(
    expect.objectContaining({
      code: 'bad-option',
      message: 'Expected as many keys as groups (2) but received 0. Give one of each per row.',
      details: { value: 0 },
    }),
  )
})

it('joins two chains of groups that meet only at their ends', () => {
  expect(
    linkGroups(['f', 'e', 'e', 'd', 'c', 'b', 'b', 'a', 'd', 'a'], ['1', '1', '2', '2', '3', '3', '4', '4', '5', '5']),
  ).toEqual(Array(10).fill('a'))
})
