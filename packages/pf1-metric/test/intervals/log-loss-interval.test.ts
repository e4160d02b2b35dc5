import { describe, expect, test } from 'vitest'
import { logLoss, logLossInterval } from '../../src/index.ts'
import { recorded } from './recorded.ts'

const letters = (count: number) => Array.from({ length: count }, (_, i) => `${i}`)

describe('logLossInterval', () => {
  // NumPy: squared sums over patients of (loss - mean) / N, times n / (n - 1), and scipy.stats.t of the patients with a cancer less one.
  test.each([
    [0, 0.503473431941752, 0.8925453034646856],
    [2, 0.46184165132639443, 0.5942857090295856],
  ])('is that of NumPy, |delta| <= 1e-9: recorded sample %i', (area, low, high) => {
    const { targets, probabilities, patients } = recorded.areas[area]
    const bounds = logLossInterval(targets, probabilities, patients)!
    expect(bounds.low).toBeCloseTo(low, 9)
    expect(bounds.high).toBeCloseTo(high, 9)
  })

  test('divides and multiplies the loss by the same: losses of ln 2 and 2 ln 2, three each', () => {
    const probabilities = [0.5, 0.5, 0.5, 0.25, 0.25, 0.25]
    const { low, high } = logLossInterval(Array(6).fill(1), probabilities, letters(6))!
    // Variance 6/5 * 6 * (0.5 ln 2 / 6)^2 = 0.05 ln^2 2; Student's t of 5 degrees of freedom is 2.5706.
    const factor = Math.exp((2.5705818356363146 * Math.sqrt(0.05)) / 1.5)
    expect(low).toBeCloseTo((1.5 * Math.LN2) / factor, 9)
    expect(high).toBeCloseTo(1.5 * Math.LN2 * factor, 9)
  })

  test('holds the loss, and is wider at a higher confidence', () => {
    const { targets, probabilities, patients } = recorded.areas[0]
    const [narrow, wide] = [0.9, 0.99].map((confidence) =>
      logLossInterval(targets, probabilities, patients, { confidence }),
    )
    expect(wide!.low).toBeLessThan(narrow!.low)
    expect(narrow!.low).toBeLessThan(logLoss(targets, probabilities))
    expect(logLoss(targets, probabilities)).toBeLessThan(narrow!.high)
    expect(narrow!.high).toBeLessThan(wide!.high)
  })

  test('takes copies of a patient for no news', () => {
    const { targets, probabilities, patients } = recorded.areas[0]
    const twice = <Value>(values: readonly Value[]) => [...values, ...values]
    const once = logLossInterval(targets, probabilities, patients)!
    const copied = logLossInterval(twice(targets), twice(probabilities), twice(patients))!
    expect(copied.low).toBeCloseTo(once.low, 12)
    expect(copied.high).toBeCloseTo(once.high, 12)
  })

  test('is none where fewer than five patients have a cancer, or all losses are one', () => {
    const probabilities = [0.9, 0.8, 0.6, 0.4, 0.3, 0.2]
    expect(logLossInterval([1, 1, 1, 1, 0, 0], probabilities, letters(6))).toBeNull()
    expect(logLossInterval([1, 1, 1, 1, 1, 0], probabilities, letters(6))).not.toBeNull()
    expect(logLossInterval([1, 1, 1, 1, 1, 0], probabilities, ['a', 'a', 'b', 'c', 'd', 'e'])).toBeNull()
    expect(logLossInterval(Array(8).fill(1), Array(8).fill(0.5), letters(8))).toBeNull()
  })
})
