import { expect, it } from 'vitest'
import { rankCorrelation } from '../../src/explain/rank-correlation.ts'

it('gives the value of the example in the documentation of scipy.stats.spearmanr, 1e-12', () => {
  expect(rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12)
})

it('is 1 and -1 for equal and opposite orders, and undefined where nothing has an order', () => {
  expect(rankCorrelation(Float32Array.of(1, 5, 9), [2, 3, 4])).toBe(1)
  expect(rankCorrelation([1, 5, 9], [4, 3, 2])).toBe(-1)
  expect(rankCorrelation([1, 1, 1], [4, 3, 2])).toBeNaN()
})
