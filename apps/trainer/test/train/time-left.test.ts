import { expect, it } from 'vitest'
import { createTimeLeft } from '../../src/train/time-left.ts'

it('counts the epochs to come with their validations, each at the speed measured last', () => {
  const timeLeft = createTimeLeft({ epochs: 3, stepsPerEpoch: 100, validationBatches: 30 })
  expect(timeLeft.afterTraining(1)(6)).toBe(2 * 100 * 6 + 3 * 30 * 2)
  expect(timeLeft.afterValidation(1)(1)).toBe(2 * (100 * 6 + 30 * 1))
  expect(timeLeft.afterTraining(2)(5)).toBe(100 * 5 + 2 * 30 * 1)
  expect(timeLeft.afterTraining(3)(5)).toBe(30)
  expect(timeLeft.afterValidation(3)(1)).toBe(0)
})
