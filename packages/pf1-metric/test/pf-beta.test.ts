import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pfBeta } from '../src/index.ts'
import { goldenCases } from './golden.ts'
import { labeled } from './samples.ts'

describe('pfBeta', () => {
  test.each(goldenCases)(
    "matches the competition's metric for beta 0.5, 1 and 2, |delta| <= 1e-12: $name",
    (golden) => {
      for (const [beta, expected] of Object.entries(golden.pfBeta)) {
        expect(
          Math.abs(pfBeta(golden.targets, golden.probabilities, { beta: Number(beta) }) - expected),
        ).toBeLessThanOrEqual(1e-12)
      }
    },
  )

  test.each(goldenCases)(
    "equals scikit-learn's F-beta on binarized probabilities, |delta| <= 1e-12: $name",
    (golden) => {
      const binary = golden.probabilities.map((p) => Number(p >= 0.5))
      for (const [beta, expected] of Object.entries(golden.fBetaAtHalf)) {
        expect(Math.abs(pfBeta(golden.targets, binary, { beta: Number(beta) }) - expected)).toBeLessThanOrEqual(1e-12)
      }
    },
  )

  test('lies between 0 and 1 and does not depend on the order of the samples, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(labeled, ({ targets, probabilities }) => {
        const score = pfBeta(targets, probabilities)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
        expect(pfBeta(targets.toReversed(), probabilities.toReversed())).toBeCloseTo(score, 12)
      }),
    )
  })

  test('takes typed arrays', () => {
    expect(pfBeta(Uint8Array.of(1, 0), Float64Array.of(0.75, 0.25))).toBe(0.75)
    expect(pfBeta(Float32Array.of(1, 0), Float32Array.of(0.75, 0.25))).toBe(0.75)
  })

  test('is 0 without positives, without probability mass, and with none on the positives', () => {
    expect(pfBeta([0, 0], [0.3, 0.6])).toBe(0)
    expect(pfBeta([1, 0], [0, 0])).toBe(0)
    expect(pfBeta([1, 0], [0, 0.5])).toBe(0)
  })

  test('is 0, not NaN, where precision and recall are less than the smallest number', () => {
    expect(pfBeta([1, 1, 0, 0, 0], [Number.MIN_VALUE, 0, 1, 1, 1])).toBe(0)
  })

  test('is precision for beta 0', () => {
    expect(pfBeta([1, 1, 0], [0.5, 0.25, 0.25], { beta: 0 })).toBe(0.75)
  })

  test("clamps values outside 0 to 1 on request, as the competition's metric does", () => {
    expect(pfBeta([1, 0], [7, -3], { outOfRange: 'clip' })).toBe(1)
  })
})

test('is 0, not NaN, where there are neither positives nor probabilities above 0', () => {
  expect(pfBeta([0, 0], [0, 0])).toBe(0)
  expect(pfBeta([0, 0], [0, 0], { beta: 0 })).toBe(0)
})
