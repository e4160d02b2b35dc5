import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitLogisticLine } from '../../src/calibration/logistic-line.ts'

describe('fitLogisticLine', () => {
  test('meets the shares of two values of x: a quarter at 0 and three quarters at 1', () => {
    const { slope, intercept } = fitLogisticLine([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1])!
    expect(intercept).toBeCloseTo(-Math.log(3), 9)
    expect(slope).toBeCloseTo(2 * Math.log(3), 9)
    // The same of shares in place of samples, by weight.
    const shares = fitLogisticLine([0, 1], [0.25, 0.75])!
    expect([shares.slope, shares.intercept]).toEqual([expect.closeTo(slope, 9), expect.closeTo(intercept, 9)])
  })

  test('is level where x is always the same, at the log-odds of the share', () => {
    const { slope, intercept } = fitLogisticLine([2, 2, 2, 2], [0, 0, 0, 1])!
    expect(slope).toBe(0)
    expect(intercept).toBeCloseTo(-Math.log(3), 9)
  })

  test('holds a slope that is given, and finds the intercept beside it', () => {
    for (const x of [-700, -30, -10, -3, 0, 3, 12, 30, 700]) {
      const { slope, intercept } = fitLogisticLine([x, x, x, x], [0, 0, 0, 1], 1)!
      expect(slope).toBe(1)
      expect(intercept).toBeCloseTo(-Math.log(3) - x, 9)
    }
    expect(fitLogisticLine([1, 2, 3, 4], [1, 0, 1, 0], 0)).toEqual({ slope: 0, intercept: expect.closeTo(0, 12) })
  })

  test('moves with its x: scaled and shifted ones have the same probabilities', () => {
    const scale = fc.double({ min: 0.01, max: 100, noNaN: true })
    const shift = fc.double({ min: -20, max: 20, noNaN: true })
    const [xs, targets] = [
      [-2, -1, 0, 1, 2, 3],
      [0, 1, 0, 0, 1, 1],
    ]
    const line = fitLogisticLine(xs, targets)!
    fc.assert(
      fc.property(scale, shift, (by, from) => {
        const moved = fitLogisticLine(
          xs.map((x) => by * x + from),
          targets,
        )!
        expect(moved.slope * by).toBeCloseTo(line.slope, 5)
        expect(moved.intercept + moved.slope * from).toBeCloseTo(line.intercept, 5)
      }),
    )
  })

  test('leaves residuals that add up to 0, and so do their products with x', () => {
    const point = fc.record({ x: fc.integer({ min: -40, max: 40 }), target: fc.constantFrom(0.1, 0.5, 0.9) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 12 }), (points) => {
        const xs = points.map(({ x }) => x)
        const { slope, intercept } = fitLogisticLine(
          xs,
          points.map(({ target }) => target),
        )!
        const residuals = points.map(({ x, target }) => 1 / (1 + Math.exp(-slope * x - intercept)) - target)
        expect(residuals.reduce((sum, residual) => sum + residual, 0)).toBeCloseTo(0, 5)
        expect(residuals.reduce((sum, residual, i) => sum + residual * xs[i], 0)).toBeCloseTo(0, 4)
      }),
    )
  })

  test('is none of targets that are all 0 or all 1', () => {
    for (const slope of [undefined, 1]) {
      expect(fitLogisticLine([1, 2], [0, 0], slope)).toBeNull()
      expect(fitLogisticLine([1, 2], [1, 1], slope)).toBeNull()
    }
  })
})
