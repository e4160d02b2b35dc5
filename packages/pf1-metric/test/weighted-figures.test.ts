import { expect, test } from 'vitest'
import { rank, weightedCounter } from '../src/ranking.ts'
import { resampledWeights } from '../src/resampled-counts.ts'
import { areaOf, sensitivityOf } from '../src/roc.ts'
import { bestThreshold } from '../src/sweep-thresholds.ts'
import { areaWeigher, classWeigher, thresholdWeigher, weightedSensitivity } from '../src/weighted-figures.ts'
import { goldenCases } from './golden.ts'

test.each(goldenCases)('have the bits of the figures of counts, resample by resample: $name', (golden) => {
  const { targets, probabilities } = golden
  const ranking = rank(
    targets,
    probabilities,
    targets.map((_, i) => `${i >> 1}`),
  )
  const countOf = weightedCounter(ranking)
  const weigh = classWeigher(ranking)
  const weighArea = areaWeigher(ranking)
  const weighThreshold = thresholdWeigher(ranking)
  for (const weights of resampledWeights(ranking.groupCount, { resamples: 100 })) {
    const counts = countOf(weights)
    const classes = weigh(weights)
    expect(classes).toEqual({ positives: counts.positives, negatives: counts.negatives })
    if (counts.positives === 0) continue
    expect(weighThreshold(weights, classes)).toBe(bestThreshold(counts).threshold)
    if (counts.negatives === 0) continue
    expect(weighArea(weights, classes)).toBe(areaOf(counts))
    for (const minimum of [0, 0.5, 0.9, 0.95, 1])
      expect(weightedSensitivity(ranking, weights, classes, minimum)).toBe(sensitivityOf(counts, minimum).sensitivity)
  }
})

test('classes are counted of groups of any size, without and with positives', () => {
  const sizes = [2, 2, 1, 4, 2, 3]
  const groups = sizes.flatMap((size, group) => Array.from({ length: size }, () => `${group}`))
  const targets = groups.map((group, i) => Number(group === '3' || (group === '5' && i % 2 === 0)))
  const ranking = rank(
    targets,
    groups.map((_, i) => i),
    groups,
  )
  const [countOf, weigh] = [weightedCounter(ranking), classWeigher(ranking)]
  for (const weights of resampledWeights(ranking.groupCount, { resamples: 50 })) {
    const { positives, negatives } = countOf(weights)
    expect(weigh(weights)).toEqual({ positives, negatives })
  }
})

test('a ranking has the order of a stable sort, ties and both zeros in the order of the samples', () => {
  const scores = [0.5, -0, 0.25, 0, 0.5, -3, 0.25, 1e-320, 0.5, 0]
  const { groups } = rank(
    scores.map(() => 1),
    scores,
    scores.map((_, i) => `${i}`),
  )
  const indexes = scores.map((_, i) => i)
  expect([...groups]).toEqual(indexes.sort((a, b) => scores[b] - scores[a]))
})
