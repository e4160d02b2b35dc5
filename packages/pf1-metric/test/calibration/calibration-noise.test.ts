import { createRandom } from '@mammokit/seeded-random'
import { expect, test } from 'vitest'
import { calibrationNoise, expectedCalibrationError } from '../../src/index.ts'

test('is the mean error over all outcomes, weighted by their chances, |delta| <= 0.02', () => {
  const probabilities = [0.2, 0.25, 0.7, 0.72, 0.9]
  let expected = 0
  for (let outcome = 0; outcome < 32; outcome++) {
    const targets = probabilities.map((_, i) => (outcome >> i) & 1)
    const chance = probabilities.reduce((product, p, i) => product * (targets[i] === 1 ? p : 1 - p), 1)
    expected += chance * expectedCalibrationError(targets, probabilities)
  }
  expect(Math.abs(calibrationNoise(probabilities, { draws: 5000 }) - expected)).toBeLessThanOrEqual(0.02)
})

test('draws each outcome from one uniform number, in order', () => {
  const probabilities = [0.2, 0.25, 0.7, 0.72, 0.9, 0, 1, 1e-9]
  const random = createRandom(5, 'calibration noise')
  let sum = 0
  for (let draw = 0; draw < 50; draw++) {
    sum += expectedCalibrationError(
      probabilities.map((p) => Number(random.uniform() < p)),
      probabilities,
    )
  }
  expect(calibrationNoise(probabilities, { draws: 50, seed: 5 })).toBe(sum / 50)
})

test('takes a number for positive where it is below the probability, not where it is the same', () => {
  // Shares of 2^32 are exact, as a probability and as a number.
  const probability = createRandom(5, 'calibration noise').uniform()
  expect(calibrationNoise([probability], { draws: 1, seed: 5 })).toBe(probability)
  const above = probability + 2 ** -32
  expect(calibrationNoise([above], { draws: 1, seed: 5 })).toBe(1 - above)
})

test('falls with the number of samples, and is 0 where all is certain', () => {
  const random = createRandom(13, 'probabilities')
  const many = Array.from({ length: 4000 }, () => random.uniform())
  expect(calibrationNoise(many)).toBeLessThan(calibrationNoise(many.slice(0, 100)) / 3)
  expect(calibrationNoise([0, 1, 1])).toBe(0)
})

test('rejects bad draws and probabilities', () => {
  expect(() => calibrationNoise([0.5], { draws: 0 })).toThrow('for draws but received 0')
  expect(() => calibrationNoise([0.5], { draws: 1.5 })).toThrow(
    'an integer from 1 to 1000000 for draws but received 1.5',
  )
  expect(() => calibrationNoise([1.5])).toThrow('probabilities[0] but received 1.5')
})
