import { expect, test } from 'vitest'
import { combineLogits, quantilesOf } from '../../src/combination/combine-logits.ts'

test("quantiles are Hazen's positions: those of numpy.quantile(method='hazen') lead back to the values", () => {
  // numpy.quantile([-3, -1, 0, 4], [0.125, 0.3, 0.5, 0.8], method='hazen') is [-3, -1.6, -0.5, 2.8]
  const places = quantilesOf([-3, -1.6, -0.5, 2.8], [4, -1, -3, 0])
  for (const [i, expected] of [0.125, 0.3, 0.5, 0.8].entries()) expect(places[i]).toBeCloseTo(expected, 12)
})

test('ties share the middle of their places, and beyond the ends order is kept within 0 and 1', () => {
  const places = quantilesOf([-9, -5, 1, 2, 5, 9], [1, 1, 2, 2])
  expect([...places.subarray(2, 4)]).toEqual([0.25, 0.75])
  expect([...places].every((place, i) => place > 0 && place < 1 && (i === 0 || place > places[i - 1]!))).toBe(true)
  expect([...quantilesOf([3, 4], [3])]).toEqual([0.5, 1 - 0.5 * Math.exp(-1)])
})

test('logits are averaged as they are, quantiles as shares whose log-odds are the logit', () => {
  expect([
    ...combineLogits(
      'logits',
      [
        [1, 2],
        [3, -2],
      ],
      [],
    ),
  ]).toEqual([2, 0])
  const [logit] = combineLogits(
    'quantiles',
    [[0], [5]],
    [
      [-1, 0, 1],
      [1, 5, 9, 11],
    ],
  )
  expect(logit).toBeCloseTo(Math.log(0.4375 / (1 - 0.4375)), 12)
})
