import { describe, expect, it } from 'vitest'
import { logOdds, sigmoid } from '../src/index.ts'

describe('logOdds', () => {
  it('is the inverse of sigmoid, and takes certainties one float32 step from 0 and 1', () => {
    expect(sigmoid(logOdds(0.3))).toBeCloseTo(0.3, 15)
    expect(logOdds(1)).toBe(-logOdds(0))
    expect(sigmoid(logOdds(0))).toBeCloseTo(2 ** -24, 12)
  })

  it.each([Number.NaN, 1.2, -0.1])('refuses probability %d', (probability) => {
    expect(() => logOdds(probability)).toThrow(
      expect.objectContaining({
        code: 'bad-value',
        message: `Expected a number from 0 to 1 for the probability but received ${probability}. Pass a probability.`,
        details: { value: probability },
      }),
    )
  })
})
