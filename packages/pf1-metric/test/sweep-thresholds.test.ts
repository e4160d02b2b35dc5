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
