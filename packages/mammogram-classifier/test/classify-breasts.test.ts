import { expect, it } from 'vitest'
import { classifyBreasts } from '../src/index.ts'

const images = [
  { patientId: '7', laterality: 'L', target: 1, probability: 0.95 },
  { patientId: '7', laterality: 'L', target: 1, probability: 0.85 },
  { patientId: '7', laterality: 'R', target: 0, probability: 0.1 },
]
const probabilities = (...args: Parameters<typeof classifyBreasts>) =>
  classifyBreasts(...args).map(({ probability }) => probability)

it('takes the mean of the images of a breast unless it is told otherwise, 1e-12', () => {
  expect(probabilities(images)[0]).toBeCloseTo(0.9, 12)
  expect(probabilities(images, { aggregation: 'max' })).toEqual([0.95, 0.1])
})

it('calibrates the breast, not its images, 1e-12', () => {
  // Half the log-odds of 0.9 are those of 0.75.
  const calibration = { method: 'platt', slope: 0.5, intercept: 0 } as const
  expect(probabilities(images, { calibration })[0]).toBeCloseTo(0.75, 12)
  expect(probabilities(images, { calibration: { method: 'none' } })).toEqual(probabilities(images))
})
