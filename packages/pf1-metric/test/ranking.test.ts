import { expect, test } from 'vitest'
import { checkGroups, countsOf, numberGroups, rank, weightedCounter } from '../src/ranking.ts'

test('samples are ranked from the highest score down, their groups numbered by first appearance', () => {
  const { targets, scores, groups, groupCount, positives } = rank(
    [0, 1, 1, 0],
    [0.1, 0.7, 0.3, 0.9],
    ['b', 'a', 'b', 'c'],
  )
  expect([...scores]).toEqual([0.9, 0.7, 0.3, 0.1])
  expect([...targets]).toEqual([0, 1, 1, 0])
  expect([...groups]).toEqual([2, 1, 0, 0])
  expect([groupCount, positives]).toEqual([3, 2])
})

test('groups by number need not be all of those that were numbered', () => {
  const some = rank([1, 0, 1], [3, 2, 1], Uint32Array.of(7, 2, 7))
  expect([...some.groups, some.groupCount]).toEqual([0, 1, 0, 2])
  expect(numberGroups(Uint32Array.of(5, 1, 5, 3))).toEqual({ numbers: Uint32Array.of(0, 1, 0, 2), groupCount: 3 })
})

test('a group that returns after others has the number that it had', () => {
  expect([...numberGroups(['a', 'b', 'a', 'a', 'c', 'b']).numbers]).toEqual([0, 1, 0, 0, 2, 1])
})

test('counts are those of samples as often as their group is drawn, ties as one', () => {
  const ranking = rank([1, 0, 0, 1], [0.5, 0.5, 0.25, 0.125], ['a', 'b', 'b', 'c'])
  const columns = ({
    thresholds,
    truePositives,
    falsePositives,
    positives,
    negatives,
  }: ReturnType<typeof countsOf>) => [[...thresholds], [...truePositives], [...falsePositives], [positives, negatives]]
  expect(columns(countsOf(ranking))).toEqual([
    [0.5, 0.25, 0.125],
    [1, 1, 2],
    [1, 2, 2],
    [2, 2],
  ])
  const countOf = weightedCounter(ranking)
  expect(columns(countOf(Uint32Array.of(0, 3, 0)))).toEqual([
    [0.5, 0.25],
    [0, 0],
    [3, 6],
    [0, 6],
  ])
  expect(columns(countOf(Uint32Array.of(2, 0, 1)))).toEqual([
    [0.5, 0.125],
    [2, 3],
    [0, 0],
    [3, 0],
  ])
})

test('names both lengths where there are not as many groups as targets', () => {
  expect(() => checkGroups([0, 1], ['a'])).toThrow(
    expect.objectContaining({
      code: 'length-mismatch',
      message: expect.stringContaining('received 1 groups and 2 targets'),
      details: { targets: 2, groups: 1 },
    }),
  )
  expect(() => rank([0, 1], [1, 2], ['a', 'b', 'c'])).toThrow('received 3 groups and 2 targets')
  expect(() => rank([0, 1], [1, Number.NaN], ['a', 'b'])).toThrow('for scores[1] but received NaN')
})
