import { describe, expect, test } from 'vitest'
import { averagePrecision, precisionRecallCurve } from '../src/index.ts'
import { goldenCases, largestDifference } from './golden.ts'

describe('averagePrecision', () => {
  test.each(goldenCases)("matches scikit-learn's average_precision_score, |delta| <= 1e-12: $name", (golden) => {
    expect(
      Math.abs(averagePrecision(golden.targets, golden.probabilities) - golden.averagePrecision),
    ).toBeLessThanOrEqual(1e-12)
  })

  test('is 1 where there are only positives', () => {
    expect(averagePrecision([1, 1], [0.2, 0.9])).toBe(1)
  })
})

describe('precisionRecallCurve', () => {
  test.each(goldenCases)(
    "matches scikit-learn's precision_recall_curve point by point, |delta| <= 1e-12: $name",
    (golden) => {
      const curve = precisionRecallCurve(golden.targets, golden.probabilities)
      expect(largestDifference(curve.precision, golden.precisionRecallCurve.precision)).toBeLessThanOrEqual(1e-12)
      expect(largestDifference(curve.recall, golden.precisionRecallCurve.recall)).toBeLessThanOrEqual(1e-12)
      expect([...curve.thresholds]).toEqual(golden.precisionRecallCurve.thresholds)
    },
  )
})
