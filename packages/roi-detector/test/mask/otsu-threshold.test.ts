import fc from 'fast-check'
import { expect, test } from 'vitest'
import { otsuThreshold } from '../../src/index.ts'

test('splits two separate groups between them', () => {
  const histogram = [0, 10, 12, 0, 0, 0, 8, 3]
  const split = otsuThreshold(histogram)
  expect(split.threshold).toBe(2)
  expect(split.lowerMean).toBeCloseTo(34 / 22, 12)
  expect(split.upperMean).toBeCloseTo(69 / 11, 12)
  expect(split.separability).toBeGreaterThan(0.9)
})

test('one gray value or none has no split', () => {
  expect(otsuThreshold([0, 0, 5]).separability).toBe(0)
  expect(otsuThreshold([0, 0, 5]).threshold).toBe(2)
  expect(otsuThreshold([0, 0]).threshold).toBe(0)
})

test('no other threshold has a larger variance between the classes, by exhaustion on 200 random histograms', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 40 }), (histogram) => {
      const best = between(histogram, otsuThreshold(histogram).threshold)
      for (let t = 0; t < histogram.length; t++) expect(between(histogram, t)).toBeLessThanOrEqual(best + 1e-9)
    }),
    { numRuns: 200 },
  )
})

function between(histogram: number[], threshold: number): number {
  const sum = (from: number, to: number, f: (v: number) => number) =>
    histogram.slice(from, to).reduce((total, n, i) => total + n * f(i + from), 0)
  const n0 = sum(0, threshold + 1, () => 1)
  const n1 = sum(threshold + 1, histogram.length, () => 1)
  if (n0 === 0 || n1 === 0) return 0
  const m0 = sum(0, threshold + 1, (v) => v) / n0
  const m1 = sum(threshold + 1, histogram.length, (v) => v) / n1
  return (n0 * n1 * (m0 - m1) ** 2) / (n0 + n1) ** 2
}
