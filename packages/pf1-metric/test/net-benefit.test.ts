import fc from 'fast-check'
import { expect, test } from 'vitest'
import { confusionMatrix, netBenefit } from '../src/index.ts'
import { labeled } from './samples.ts'

test('is the published formula, TP / n - FP / n * t / (1 - t), of the calls at each threshold, |delta| <= 1e-12', () => {
  fc.assert(
    fc.property(labeled, fc.double({ min: 0, max: 0.99, noNaN: true }), ({ targets, probabilities }, threshold) => {
      const [benefit] = netBenefit(targets, probabilities, [threshold])
      const { truePositives, falsePositives } = confusionMatrix(targets, probabilities, threshold)
      const expected = (truePositives - (falsePositives * threshold) / (1 - threshold)) / targets.length
      expect(Math.abs(benefit.model - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)))
    }),
  )
})

test('of calling everybody is 0 at the prevalence, and the prevalence at 0', () => {
  const [atNone, atPrevalence] = netBenefit([1, 0, 0, 0], [0.9, 0.1, 0.2, 0.3], [0, 0.25])
  expect(atNone).toEqual({ threshold: 0, model: 0.25, callAll: 0.25 })
  expect(atPrevalence.callAll).toBeCloseTo(0, 15)
  expect(atPrevalence.model).toBeCloseTo(0.25 - 0.25 / 3, 15)
})

test('refuses a threshold of 1, at which a false alarm costs everything', () => {
  expect(() => netBenefit([1], [0.5], [1])).toThrow(
    expect.objectContaining({ code: 'bad-option', details: { option: 'thresholds', value: 1 } }),
  )
})
