import { describe, expect, it } from 'vitest'
import { logOdds, sigmoid, withTemperature } from '../src/index.ts'

describe('withTemperature', () => {
  it('divides the log-odds: 0.9 at temperature 2 is odds of 3, and 1 changes nothing, 1e-12', () => {
    expect(withTemperature(0.9, 2)).toBeCloseTo(0.75, 12)
    expect(withTemperature(0.3, 1)).toBeCloseTo(0.3, 12)
  })

  it('keeps the order, and takes certainties one float32 step from 0 and 1', () => {
    expect(withTemperature(1, 2)).toBeGreaterThan(withTemperature(0.99, 2))
    expect(logOdds(1)).toBe(-logOdds(0))
    expect(sigmoid(logOdds(0))).toBeCloseTo(2 ** -24, 12)
  })

  it.each([
    [Number.NaN, 1, 'bad-probability'],
    [1.2, 1, 'bad-probability'],
    [0.5, 0, 'bad-temperature'],
    [0.5, Number.POSITIVE_INFINITY, 'bad-temperature'],
  ])('refuses probability %d with temperature %d', (probability, temperature, code) => {
    expect(() => withTemperature(probability, temperature)).toThrow(expect.objectContaining({ code }))
  })
})
