import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pfBeta, sweepThresholds } from '../src/index.ts'
import { goldenCases } from './golden.ts'
import { labeled } from './samples.ts'

function scoreAt(targets: number[], probabilities: number[], threshold: number, beta = 1): number {
  return pfBeta(
    targets,
    probabilities.map((p) => Number(p >= threshold)),
    { beta },
  )
}

describe('sweepThresholds', () => {
  test('finds what the naive loop over every observed probability finds, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(labeled, fc.constantFrom(0, 0.5, 1, 2), ({ targets, probabilities }, beta) => {
        const naive = Math.max(...probabilities.map((threshold) => scoreAt(targets, probabilities, threshold, beta)))
        const sweep = sweepThresholds(targets, probabilities, { beta })
        expect(sweep.score).toBeCloseTo(naive, 12)
        expect(scoreAt(targets, probabilities, sweep.threshold, beta)).toBeCloseTo(naive, 12)
        sweep.curve.thresholds.forEach((threshold, i) => {
          expect(scoreAt(targets, probabilities, threshold, beta)).toBeCloseTo(sweep.curve.scores[i], 12)
        })
      }),
    )
  })

  test('scores the same anywhere on its plateau and takes its center', () => {
    fc.assert(
      fc.property(labeled, fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true }), (sample, share) => {
        const { threshold, score, plateau } = sweepThresholds(sample.targets, sample.probabilities)
        // Rounding takes 0.15 + 1 * (0.45 - 0.15) above 0.45.
        const somewhere = Math.min(plateau.high, plateau.low + share * (plateau.high - plateau.low))
        if (somewhere > plateau.low)
          expect(scoreAt(sample.targets, sample.probabilities, somewhere)).toBeCloseTo(score, 12)
        expect(threshold).toBeCloseTo((plateau.low + plateau.high) / 2, 12)
      }),
    )
  })

  test('finds what the naive loop over a grid finds, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(labeled, fc.constantFrom(0.001, 0.05, 0.3), ({ targets, probabilities }, gridStep) => {
        const grid = Array.from({ length: Math.floor(1 / gridStep + 1e-9) + 1 }, (_, i) =>
          Math.min(1, i / (1 / gridStep)),
        )
        const naive = grid.map((threshold) => scoreAt(targets, probabilities, threshold))
        const sweep = sweepThresholds(targets, probabilities, { gridStep })
        expect(sweep.score).toBeCloseTo(Math.max(...naive), 12)
        expect(grid).toContain(sweep.threshold)
        expect(scoreAt(targets, probabilities, sweep.threshold)).toBeCloseTo(sweep.score, 12)
      }),
      { numRuns: 30 },
    )
  })

  test.each(goldenCases)('is never worse than the grid of 0.001: $name', ({ targets, probabilities }) => {
    const exact = sweepThresholds(targets, probabilities)
    const grid = sweepThresholds(targets, probabilities, { gridStep: 0.001 })
    expect(exact.score).toBeGreaterThanOrEqual(grid.score)
    expect(grid.curve.thresholds).toHaveLength(1001)
    expect(grid.curve.thresholds.at(-1)).toBe(1)
  })

  test('takes the widest of several best plateaus', () => {
    // F1 is 2/3 for thresholds in (0.8, 0.9] and in (0, 0.3].
    const sweep = sweepThresholds([1, 0, 0, 1], [0.9, 0.8, 0.5, 0.3])
    expect(sweep.score).toBeCloseTo(2 / 3, 12)
    expect(sweep.plateau).toEqual({ low: 0, high: 0.3 })
    expect(sweep.threshold).toBe(0.15)
  })

  test.each([
    [[1, 0.75, 0.5, 0.25], 0, 0.25],
    [[1, 0.5, 0.375, 0.25], 0.5, 1],
  ])('takes the lowest of equally wide plateaus, and else the wider: %o', (probabilities, low, high) => {
    const sweep = sweepThresholds([1, 0, 0, 1], probabilities)
    expect(sweep.score).toBeCloseTo(2 / 3, 12)
    expect(sweep.plateau).toEqual({ low, high })
    expect(sweep.threshold).toBe((low + high) / 2)
  })

  test('counts neighboring thresholds of one score as one plateau', () => {
    // One of one call is right, then two of four: 2/3 both.
    const sweep = sweepThresholds([1, 1, 0, 0], [0.75, 0.5, 0.5, 0.5])
    expect(sweep).toMatchObject({ threshold: 0.375, plateau: { low: 0, high: 0.75 } })
    expect([...sweep.curve.scores]).toEqual([2 / 3, 2 / 3])
  })

  test('measures plateaus by their length, wherever they lie', () => {
    const sweep = sweepThresholds([1, 0, 0, 1, 0], [1, 0.5, 0.4375, 0.375, 0.3125])
    expect(sweep.plateau).toEqual({ low: 0.5, high: 1 })
  })

  test('on a grid takes the lowest of equally wide plateaus', () => {
    // 2/3 at 0 and 0.25, and at 0.75 and 1.
    expect(sweepThresholds([1, 0, 0, 1], [1, 0.7, 0.7, 0.25], { gridStep: 0.25 })).toMatchObject({
      threshold: 0,
      plateau: { low: 0, high: 0.25 },
    })
  })

  test('on a grid takes the candidate in the middle of the widest plateau, the lower of two', () => {
    const sweep = sweepThresholds([0, 1], [0.2, 0.7], { gridStep: 0.25 })
    expect(sweep).toEqual({
      threshold: 0.25,
      score: 1,
      plateau: { low: 0.25, high: 0.5 },
      curve: { thresholds: Float64Array.of(0, 0.25, 0.5, 0.75, 1), scores: Float64Array.of(2 / 3, 1, 1, 0, 0) },
    })
    // 2/3 at 0 to 0.25, and at 0.875 alone.
    expect(sweepThresholds([1, 0, 0, 1], [0.9, 0.8, 0.5, 0.3], { gridStep: 0.125 })).toMatchObject({
      threshold: 0.125,
      plateau: { low: 0, high: 0.25 },
    })
    // And at 0.625 to 0.875, where 0 and 0.125 are fewer.
    expect(sweepThresholds([1, 0, 0, 1], [0.9, 0.6, 0.5, 0.2], { gridStep: 0.125 })).toMatchObject({
      threshold: 0.75,
      plateau: { low: 0.625, high: 0.875 },
    })
  })

  test('takes steps from 0.000001 to 1', () => {
    const ends = sweepThresholds([0, 1], [0.2, 1], { gridStep: 1 })
    expect([...ends.curve.thresholds]).toEqual([0, 1])
    expect(ends).toMatchObject({ threshold: 1, score: 1 })
    expect(() => sweepThresholds([0, 1], [0.2, 1], { gridStep: 1.5 })).toThrow('for gridStep but received 1.5')
  })

  test('keeps the threshold on the plateau where its ends are neighboring doubles', () => {
    const high = 0.5 + 2 ** -53
    expect(sweepThresholds([0, 1], [0.5, high]).threshold).toBe(high)
  })

  test('is usable where all probabilities are the same', () => {
    expect(sweepThresholds([0, 1], [0.4, 0.4])).toMatchObject({ threshold: 0.2, plateau: { low: 0, high: 0.4 } })
    expect(sweepThresholds([0, 1], [0, 0])).toMatchObject({ threshold: 0, plateau: { low: 0, high: 0 } })
  })

  test('sweeps 54,706 predictions', () => {
    const targets = Uint8Array.from({ length: 54_706 }, (_, i) => Number(i % 47 === 0))
    const probabilities = Float64Array.from(targets, (target, i) => ((i * 7919) % 54_713) / 54_713 / (2 - target))
    expect(sweepThresholds(targets, probabilities).curve.thresholds.length).toBeGreaterThan(40_000)
  })
})
