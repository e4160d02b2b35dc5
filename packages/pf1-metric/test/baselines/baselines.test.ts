import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bootstrapInterval, logisticRegression, rocAuc, rocAucDifference, stratifiedRocAuc } from '../../src/index.ts'
import { goldenCases, largestDifference } from '../golden.ts'

describe('logisticRegression', () => {
  test.each(goldenCases)(
    "matches scikit-learn's with C = 0.5, |delta| <= 1e-6: $name",
    ({ targets, probabilities, ridge }) => {
      const samples = probabilities.map((p, i) => [p, p ** 2, i % 3 === 0 ? 1 : 0])
      const { weights, intercept, logit } = logisticRegression(samples, targets, { l2: 2 })
      expect(largestDifference(weights, ridge.weights)).toBeLessThanOrEqual(1e-6)
      expect(Math.abs(intercept - ridge.intercept)).toBeLessThanOrEqual(1e-6)
      expect(logit([1, 2, 3])).toBeCloseTo(intercept + weights[0] + 2 * weights[1] + 3 * weights[2], 12)
    },
  )

  test("has scikit-learn's C of 1 unless told otherwise", () => {
    // LogisticRegression(C=1, tol=1e-12)
    const { weights, intercept } = logisticRegression([[0], [1], [2], [3]], [0, 0, 1, 1])
    expect(weights[0]).toBeCloseTo(0.9582859498791921, 6)
    expect(intercept).toBeCloseTo(-1.5 * 0.9582859498791921, 6) // by symmetry about 1.5
  })

  test('is where the gradient of loss and penalty is 0, whatever the samples, |delta| <= 1e-4', () => {
    const row = fc.record({
      columns: fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -3, max: 3 })),
      target: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 10 }), fc.constantFrom(0.01, 1, 50), (some, l2) => {
        const rows = [{ columns: [1, 2], target: 0 }, { columns: [-1, 1], target: 1 }, ...some]
        const { weights, logit } = logisticRegression(
          rows.map(({ columns }) => columns),
          rows.map(({ target }) => target),
          { l2 },
        )
        const residuals = rows.map(({ columns, target }) => 1 / (1 + Math.exp(-logit(columns))) - target)
        expect(Math.abs(residuals.reduce((sum, residual) => sum + residual, 0))).toBeLessThan(1e-4)
        for (const [k, weight] of weights.entries()) {
          const slope = residuals.reduce((sum, residual, i) => sum + residual * rows[i].columns[k], 0)
          expect(Math.abs(slope + l2 * weight)).toBeLessThan(1e-4)
        }
      }),
    )
  })

  test('names the penalty, the columns and the samples that are wrong', () => {
    for (const l2 of [0, -1, Number.NaN]) {
      expect(() => logisticRegression([[0], [1]], [0, 1], { l2 })).toThrow(`for l2 but received ${l2}`)
    }
    expect(() => logisticRegression([[1], [1, 2]], [0, 1])).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('Expected 1 columns in every sample but received 2 in one.'),
        details: { columns: 1, received: 2 },
      }),
    )
    expect(() => logisticRegression([[1], [Number.NaN]], [0, 1])).toThrow('for scores[1] but received NaN')
  })

  test('without columns is the log-odds of the prevalence', () => {
    expect(logisticRegression([[], [], [], []], [1, 0, 0, 0]).intercept).toBeCloseTo(Math.log(1 / 3), 9)
  })

  test.each([
    [[[1], [1, 2]], [0, 1], 'length-mismatch'],
    [[[Number.NaN], [1]], [0, 1], 'bad-value'],
    [[[1], [2]], [0, 2], 'bad-target'],
    [[], [], 'empty'],
  ])('refuses samples %o with targets %o', (samples, targets, code) => {
    expect(() => logisticRegression(samples, targets)).toThrow(expect.objectContaining({ code }))
  })
})

describe('stratifiedRocAuc', () => {
  test.each(goldenCases)("is scikit-learn's area of each stratum by its pairs, |delta| <= 1e-12: $name", (golden) => {
    const strata = golden.targets.map((_, i) => `${i % 3}`)
    const { value } = stratifiedRocAuc(golden.targets, golden.probabilities, strata)
    expect(Math.abs(value! - golden.stratifiedRocAuc)).toBeLessThanOrEqual(1e-12)
  })

  test('is 0.5 of a score that only tells the strata apart, whose pooled area is high, and null without pairs', () => {
    const targets = [1, 1, 1, 0, 0, 0, 0, 1]
    const strata = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b']
    const scores = strata.map((stratum) => (stratum === 'a' ? 0.9 : 0.1))
    expect(rocAuc(targets, scores)).toBe(0.75)
    expect(stratifiedRocAuc(targets, scores, strata)).toEqual({ value: 0.5, pairs: 6, strata: 2 })
    expect(stratifiedRocAuc([1, 0], [0.2, 0.4], ['a', 'b'])).toEqual({ value: null, pairs: 0, strata: 0 })
  })
})

describe('rocAucDifference', () => {
  test.each(goldenCases.slice(0, 2))('draws the resamples of bootstrapInterval, |delta| <= 1e-12: $name', (golden) => {
    const rows = golden.targets.map((target, i) => {
      const first = golden.probabilities[i]
      return { patientId: `${i >> 1}`, target, first, second: ((i * 37) % 101) / 101 + first / 3 }
    })
    const areaOf = (some: readonly (typeof rows)[number][], name: 'first' | 'second') =>
      rocAuc(
        some.map((row) => row.target),
        some.map((row) => row[name]),
      )
    const expected = bootstrapInterval(rows, (some) => areaOf(some, 'first') - areaOf(some, 'second'), {
      resamples: 100,
      seed: 5,
    })
    const column = (name: 'target' | 'first' | 'second') => rows.map((row) => row[name])
    const groups = rows.map(({ patientId }) => patientId)
    const options = { resamples: 100, seed: 5 }
    const found = rocAucDifference(column('target'), column('first'), column('second'), groups, options)
    for (const key of ['value', 'low', 'high'] as const) {
      expect(Math.abs(found[key]! - expected[key])).toBeLessThanOrEqual(1e-12)
    }
  })
})
