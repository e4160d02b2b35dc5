import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { operatingPoint, precisionRecallCurve, probabilityBins, rocCurve, simplifyCurve } from '../src/index.ts'

const targets = [1, 0, 1, 1, 0, 0, 0, 1]
const probabilities = [0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.2, 0.1]

test('the operating point of every threshold lies on both curves', () => {
  const roc = rocCurve(targets, probabilities)
  const { precision, recall } = precisionRecallCurve(targets, probabilities)
  for (const threshold of probabilities) {
    const point = operatingPoint(targets, probabilities, threshold)
    const onRoc = Array.from(roc.falsePositiveRate, (x, i) => [x, roc.truePositiveRate[i]])
    expect(onRoc).toContainEqual([point.falsePositiveRate, point.truePositiveRate])
    expect(Array.from(recall, (x, i) => [x, precision[i]])).toContainEqual([point.truePositiveRate, point.precision])
  }
  expect(operatingPoint(targets, probabilities, 1)).toEqual({ falsePositiveRate: 0, truePositiveRate: 0, precision: 1 })
})

test('puts a probability on an edge into the upper bin, however its product rounds', () => {
  for (let edge = 0; edge < 100; edge++) {
    const bins = probabilityBins([1], [edge / 100], 100).filter(({ target }) => target === 1)
    expect(bins.findIndex(({ share }) => share === 1)).toBe(edge)
  }
})

test('the bins of a class add up to one, and 1 is in the last', () => {
  const bins = probabilityBins([0, 0, 1, 1], [0, 0.5, 0.49, 1], 2)
  expect(bins).toEqual([
    { target: 0, low: 0, high: 0.5, share: 0.5 },
    { target: 0, low: 0.5, high: 1, share: 0.5 },
    { target: 1, low: 0, high: 0.5, share: 0.5 },
    { target: 1, low: 0.5, high: 1, share: 0.5 },
  ])
})

test('a share is one of the breasts of its class', () => {
  expect(probabilityBins([0, 1, 1, 1], [0.2, 0.7, 0.8, 0.1], 2).map(({ share }) => share)).toEqual([1, 0, 1 / 3, 2 / 3])
})

/** Distance of a point from the nearest line between neighboring points of a curve. */
function distanceTo(curve: readonly { x: number; y: number }[], { x, y }: { x: number; y: number }): number {
  return Math.min(
    ...curve.slice(1).map((end, i) => {
      const start = curve[i]
      const [dx, dy] = [end.x - start.x, end.y - start.y]
      const along = Math.min(1, Math.max(0, ((x - start.x) * dx + (y - start.y) * dy) / (dx * dx + dy * dy || 1)))
      return Math.hypot(x - start.x - along * dx, y - start.y - along * dy)
    }),
  )
}

describe('simplifyCurve', () => {
  test('leaves no point further than the tolerance from the lines that it keeps', () => {
    const point = fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 60 }), fc.constantFrom(0.01, 0.1), (points, tolerance) => {
        const kept = simplifyCurve(points, { x: tolerance, y: tolerance })
        expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)])
        for (const each of points) expect(distanceTo(kept, each)).toBeLessThanOrEqual(tolerance + 1e-12)
      }),
    )
  })

  test('keeps a narrow peak among 50,000 points, and little else', () => {
    const points = Array.from({ length: 50_001 }, (_, i) => ({
      x: i / 50_000,
      y: i === 31_415 ? 0.794 : 0.7 + i / 1e6,
    }))
    const kept = simplifyCurve(points, { x: 1 / 800, y: 1 / 480 })
    expect(kept).toContainEqual({ x: 31_415 / 50_000, y: 0.794 })
    expect(kept.length).toBeLessThan(10)
  })

  test('keeps the two ends of a straight line, whatever its slope', () => {
    for (const slope of [-7, -1, 0, 0.5, 3]) {
      const line = Array.from({ length: 11 }, (_, x) => ({ x, y: slope * x }))
      expect(simplifyCurve(line, { x: 0.1, y: 0.1 })).toEqual([line[0], line[10]])
    }
  })

  test('keeps what a curve passes on its way back to its start', () => {
    const loop = [
      { x: 0, y: 0 },
      { x: 5, y: 5 },
      { x: 0, y: 0 },
    ]
    expect(simplifyCurve(loop, { x: 0.1, y: 0.1 })).toEqual(loop)
  })

  test('leaves out what is as far as the tolerance along an axis, and no further', () => {
    const peak = (y: number) => [
      { x: 0, y: 0 },
      { x: 10, y },
      { x: 20, y: 0 },
    ]
    expect(simplifyCurve(peak(0.5), { x: 5, y: 0.5 })).toHaveLength(2)
    expect(simplifyCurve(peak(0.5), { x: 5, y: 0.4 })).toEqual(peak(0.5))
  })

  test.each([
    [{ x: 0, y: 1 }, 'tolerance.x but received 0'],
    [{ x: 1, y: -1 }, 'tolerance.y but received -1'],
  ])('rejects a tolerance of %o', (tolerance, message) => {
    expect(() => simplifyCurve([], tolerance)).toThrow(message)
  })

  test('returns a curve of two points, or of none, as it is', () => {
    expect(simplifyCurve([], { x: 1, y: 1 })).toEqual([])
    expect(
      simplifyCurve(
        [
          { x: 0, y: 0 },
          { x: 0, y: 0 },
        ],
        { x: 1, y: 1 },
      ),
    ).toHaveLength(2)
  })
})
