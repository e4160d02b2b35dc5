import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incompleteBeta, inverseIncompleteBeta } from '../../src/intervals/incomplete-beta.ts'

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true })

describe('incompleteBeta', () => {
  test('is 0 up to 0 and 1 from 1 on', () => {
    expect([-1, 0, 1, 2].map((x) => incompleteBeta(x, 2, 3))).toEqual([0, 0, 1, 1])
  })

  test('has the closed forms of one shape of 1, and of 2 and 2, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0.3, max: 50, noNaN: true }), (x, shape) => {
        expect(incompleteBeta(x, shape, 1)).toBeCloseTo(x ** shape, 12)
        expect(incompleteBeta(x, 1, shape)).toBeCloseTo(1 - (1 - x) ** shape, 12)
        expect(incompleteBeta(x, 2, 2)).toBeCloseTo(3 * x ** 2 - 2 * x ** 3, 12)
      }),
    )
  })

  test('is the chance of at least k successes of n, |delta| <= 1e-12', () => {
    for (const x of [0.05, 0.3, 0.5, 0.9]) {
      const n = 12
      let chance = x ** n // of n successes; of one fewer it is that times the odds against
      let atLeast = 0
      for (let k = n; k >= 1; k--) {
        atLeast += chance
        expect(incompleteBeta(x, k, n - k + 1)).toBeCloseTo(atLeast, 12)
        chance *= ((k / (n - k + 1)) * (1 - x)) / x
      }
    }
  })

  test('mirrors with its shapes', () => {
    const shape = fc.double({ min: 0.3, max: 1000, noNaN: true })
    fc.assert(
      fc.property(share, shape, shape, (x, a, b) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 11)
      }),
    )
  })
})

describe('inverseIncompleteBeta', () => {
  test('is 0 for no chance and 1 for certainty', () => {
    expect([-0.1, 0, 1, 1.1].map((probability) => inverseIncompleteBeta(probability, 2, 3))).toEqual([0, 0, 1, 1])
  })

  test('has the closed forms of one shape of 1, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0.3, max: 50, noNaN: true }), (probability, shape) => {
        expect(inverseIncompleteBeta(probability, shape, 1)).toBeCloseTo(probability ** (1 / shape), 12)
        expect(inverseIncompleteBeta(probability, 1, shape)).toBeCloseTo(1 - (1 - probability) ** (1 / shape), 12)
      }),
    )
  })
})
