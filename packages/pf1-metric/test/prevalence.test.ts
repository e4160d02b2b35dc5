import fc from 'fast-check'
import { expect, test } from 'vitest'
import { confusionMatrix, predictiveValuesAt, shiftPrevalence } from '../src/index.ts'
import { labeled } from './samples.ts'

test("at the sample's own prevalence predictive values are the sample's, |delta| <= 1e-12", () => {
  fc.assert(
    fc.property(labeled, fc.double({ min: 0, max: 1, noNaN: true }), ({ targets, probabilities }, threshold) => {
      fc.pre(targets.includes(0) && targets.includes(1))
      const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusionMatrix(
        targets,
        probabilities,
        threshold,
      )
      const positives = truePositives + falseNegatives
      const rates = {
        sensitivity: truePositives / positives,
        specificity: trueNegatives / (trueNegatives + falsePositives),
      }
      const { ppv, npv } = predictiveValuesAt(rates, positives / targets.length)
      if (truePositives + falsePositives > 0)
        expect(ppv).toBeCloseTo(truePositives / (truePositives + falsePositives), 12)
      if (trueNegatives + falseNegatives > 0)
        expect(npv).toBeCloseTo(trueNegatives / (trueNegatives + falseNegatives), 12)
    }),
  )
})

test('of 1,000 women with 10 cancers, nine found and 99 false alarms: the textbook 8.3 %', () => {
  expect(predictiveValuesAt({ sensitivity: 0.9, specificity: 0.9 }, 0.01).ppv).toBeCloseTo(9 / 108, 12)
})

test('a shift keeps the likelihood ratio: odds are multiplied by those of the prevalences, and back is the way there', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -20, max: 20, noNaN: true }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (logOdds, from, to) => {
        const shifted = shiftPrevalence(logOdds, from, to)
        expect(shifted - logOdds).toBeCloseTo(Math.log((to * (1 - from)) / ((1 - to) * from)), 9)
        expect(shiftPrevalence(shifted, to, from)).toBeCloseTo(logOdds, 9)
      },
    ),
  )
})

test.each([
  ['from', () => shiftPrevalence(0, 0, 0.5)],
  ['to', () => shiftPrevalence(0, 0.5, 1)],
  ['sensitivity', () => predictiveValuesAt({ sensitivity: 1.2, specificity: 0.5 }, 0.1)],
  ['specificity', () => predictiveValuesAt({ sensitivity: 0.5, specificity: -1 }, 0.1)],
  ['prevalence', () => predictiveValuesAt({ sensitivity: 0.5, specificity: 0.5 }, 1.1)],
])('refuses a %s that is no share', (option, call) => {
  expect(call).toThrow(expect.objectContaining({ code: 'bad-option', details: expect.objectContaining({ option }) }))
})
