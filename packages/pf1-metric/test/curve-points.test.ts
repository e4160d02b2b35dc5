import { expect, test } from 'vitest'
import { operatingPoint, precisionRecallCurve, probabilityBins, rocCurve, thinCurve } from '../src/index.ts'

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

test('a thinned curve keeps its first and last point', () => {
  const points = Array.from({ length: 10_001 }, (_, i) => i)
  const kept = thinCurve(points, 600)
  expect(kept.length).toBeLessThanOrEqual(602)
  expect([kept[0], kept.at(-1)]).toEqual([0, 10_000])
  expect(thinCurve([1, 2], 600)).toEqual([1, 2])
  expect(thinCurve([], 600)).toEqual([])
})
