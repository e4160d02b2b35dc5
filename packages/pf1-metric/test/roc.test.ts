import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rocAuc, rocCurve, sensitivityAtSpecificity } from '../src/index.ts'
import { goldenCases, largestDifference } from './golden.ts'
import { labeled } from './samples.ts'

describe('rocAuc', () => {
  test.each(goldenCases)("matches scikit-learn's roc_auc_score, |delta| <= 1e-12: $name", (golden) => {
    expect(Math.abs(rocAuc(golden.targets, golden.probabilities) - golden.rocAuc)).toBeLessThanOrEqual(1e-12)
  })

  test('is the share of pairs in the right order, ties half, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(labeled, ({ targets, probabilities }) => {
        let [right, pairs] = [0, 0]
        for (let i = 0; i < targets.length; i++) {
          for (let j = 0; j < targets.length; j++) {
            if (targets[i] !== 1 || targets[j] !== 0) continue
            pairs++
            right += probabilities[i] > probabilities[j] ? 1 : probabilities[i] === probabilities[j] ? 0.5 : 0
          }
        }
        expect(rocAuc(targets, probabilities)).toBeCloseTo(right / pairs, 12)
      }),
    )
  })

  test('takes logits too', () => {
    expect(rocAuc([0, 1, 0, 1], [-7, 3, 4, 100])).toBe(0.75)
  })
})

describe('rocCurve', () => {
  test.each(goldenCases)("matches scikit-learn's roc_curve point by point, |delta| <= 1e-12: $name", (golden) => {
    const curve = rocCurve(golden.targets, golden.probabilities)
    expect(largestDifference(curve.falsePositiveRate, golden.rocCurve.fpr)).toBeLessThanOrEqual(1e-12)
    expect(largestDifference(curve.truePositiveRate, golden.rocCurve.tpr)).toBeLessThanOrEqual(1e-12)
    expect(curve.thresholds[0]).toBe(Number.POSITIVE_INFINITY)
    expect([...curve.thresholds.subarray(1)]).toEqual(golden.rocCurve.thresholds)
  })
})

describe('sensitivityAtSpecificity', () => {
  test.each(goldenCases)(
    "is the highest of scikit-learn's points with specificity >= 0.95, |delta| <= 1e-12: $name",
    (golden) => {
      const { sensitivity } = sensitivityAtSpecificity(golden.targets, golden.probabilities, 0.95)
      expect(Math.abs(sensitivity - golden.sensitivityAtSpecificity95)).toBeLessThanOrEqual(1e-12)
    },
  )

  test('has a threshold that gives what it says', () => {
    fc.assert(
      fc.property(labeled, fc.double({ min: 0, max: 1, noNaN: true }), ({ targets, probabilities }, minimum) => {
        const point = sensitivityAtSpecificity(targets, probabilities, minimum)
        const called = (target: number) =>
          probabilities.filter((p, i) => targets[i] === target && p >= point.threshold).length /
          targets.filter((t) => t === target).length
        expect(point.specificity).toBeGreaterThanOrEqual(minimum)
        expect(called(1)).toBeCloseTo(point.sensitivity, 12)
        expect(1 - called(0)).toBeCloseTo(point.specificity, 12)
      }),
    )
  })

  test('takes the highest threshold where lower ones find no more cancers', () => {
    expect(sensitivityAtSpecificity([1, 0, 0, 0], [0.9, 0.6, 0.5, 0.4], 0.3)).toEqual({
      sensitivity: 1,
      specificity: 1,
      threshold: 0.9,
    })
  })

  test('allows nobody where the highest score is a negative and none may be wrong', () => {
    expect(sensitivityAtSpecificity([0, 1], [0.9, 0.1], 1)).toEqual({
      sensitivity: 0,
      specificity: 1,
      threshold: Number.POSITIVE_INFINITY,
    })
  })
})
