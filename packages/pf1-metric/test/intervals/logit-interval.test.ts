import { expect, test } from 'vitest'
import { logitInterval } from '../../src/intervals/logit-interval.ts'

// Student's t with 14 degrees of freedom exceeds this in size with a chance of 0.05 (scipy.stats.t.ppf(0.975, 14)).
const t14 = 2.144786687917804

test('is the value minus and plus a deviation in log-odds: ln 2 about ln 4 is 2/3 to 8/9', () => {
  // The derivative of log-odds is 1 / (p (1 - p)), 1 / 0.16 at 0.8.
  const deviation = (0.16 * Math.LN2) / t14
  const { low, high } = logitInterval(0.8, deviation ** 2, 14, 0.95)!
  expect(low).toBeCloseTo(2 / 3, 12)
  expect(high).toBeCloseTo(8 / 9, 12)
})

test.each([
  [0, 0.01, 14],
  [1, 0.01, 14],
  [0.5, 0, 14],
  [0.5, Number.NaN, 14],
  [0.5, 0.01, 0],
  [0.5, 1e-40, 14],
])('is none of the value %d with variance %d and %d degrees of freedom', (value, variance, degrees) => {
  expect(logitInterval(value, variance, degrees, 0.95)).toBeNull()
})
