import { expect, test } from 'vitest'
import { confusionMatrix } from '../src/index.ts'
import { goldenCases } from './golden.ts'

test.each(goldenCases)("confusionMatrix matches scikit-learn's confusion_matrix: $name", (golden) => {
  const { tn, fp, fn, tp } = golden.confusionAtHalf
  expect(confusionMatrix(golden.targets, golden.probabilities, 0.5)).toEqual({
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: tn,
    falseNegatives: fn,
  })
})

test('confusionMatrix counts a probability at the threshold as positive', () => {
  expect(confusionMatrix([1], [0.5], 0.5).truePositives).toBe(1)
})
