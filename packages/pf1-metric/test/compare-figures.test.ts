import { expect, test } from 'vitest'
import {
  averagePrecision,
  chooseThreshold,
  compareFigures,
  pfBeta,
  rocAuc,
  sweepThresholds,
  type ThresholdRule,
} from '../src/index.ts'
import { goldenCases } from './golden.ts'

const rules: ThresholdRule[] = [
  { rule: 'f1' },
  { rule: 'reference', gridStep: 0.001 },
  { rule: 'sensitivity', at: 0.9 },
]

test.each(goldenCases)('gives the figures of the functions one by one, bit for bit: $name', (golden) => {
  const { targets, probabilities } = golden
  const groups = targets.map((_, i) => `${i >> 1}`)
  for (const rule of rules) {
    const { threshold, plateau } = chooseThreshold(targets, probabilities, groups, rule)
    const calls = probabilities.map((p) => Number(p >= threshold))
    expect(compareFigures(targets, probabilities, groups, rule)).toEqual({
      threshold,
      plateau,
      pf1AtThreshold: pfBeta(targets, calls),
      bestF1: sweepThresholds(targets, probabilities).score,
      pf1: pfBeta(targets, probabilities),
      rocAuc: rocAuc(targets, probabilities),
      averagePrecision: averagePrecision(targets, probabilities),
    })
    expect(compareFigures(targets, probabilities, groups, rule).rocAuc).toBeCloseTo(golden.rocAuc, 12)
  }
})

test('has no ROC area without a negative', () => {
  expect(compareFigures([1, 1], [0.2, 0.7], ['a', 'b'], { rule: 'f1' })).toMatchObject({ rocAuc: null, bestF1: 1 })
})

test('calls a probability that is the threshold', () => {
  // Halfway between neighboring doubles is the upper one.
  const compared = compareFigures([0, 1], [0.5, 0.5 + 2 ** -53], ['a', 'b'], { rule: 'reference' })
  expect(compared).toMatchObject({ threshold: 0.5 + 2 ** -53, pf1AtThreshold: 1 })
})
