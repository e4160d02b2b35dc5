import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  averagePrecision,
  averagePrecisionInterval,
  brierInterval,
  brierScore,
  f1Interval,
  pf1Interval,
  pfBeta,
  rocAuc,
  rocAucInterval,
  sensitivityAtSpecificity,
  sensitivityAtSpecificityInterval,
  wilson,
} from '../../src/index.ts'
import {
  averagePrecisionInfluences,
  brierInfluences,
  pf1Influences,
  varianceOverGroups,
} from '../../src/intervals/influences.ts'
import { rocAucVariance } from '../../src/intervals/roc-auc-interval.ts'
import { rank } from '../../src/ranking.ts'
import { type RecordedArea, recorded } from './recorded.ts'

const relative = (received: number, expected: number) => Math.abs(received / expected - 1)
const rankingOf = ({ targets, probabilities, patients }: RecordedArea) => rank(targets, probabilities, patients)
const letters = (count: number) => Array.from({ length: count }, (_, i) => `${i}`)

describe.each(recorded.areas.map((area) => [area.targets.length, area] as const))('of %i samples', (_, area) => {
  const { targets, probabilities } = area

  test("the variance of the ROC area is Obuchowski's, |delta| <= 1e-12 relative", () => {
    const value = rocAuc(targets, probabilities)
    expect(relative(value, area.rocAuc.value)).toBeLessThanOrEqual(1e-12)
    expect(relative(rocAucVariance(rankingOf(area), value).variance, area.rocAuc.variance)).toBeLessThanOrEqual(1e-12)
  })

  test.each([
    ['averagePrecision', averagePrecision, averagePrecisionInfluences],
    ['pf1', pfBeta, pf1Influences],
    ['brier', brierScore, brierInfluences],
  ] as const)('the variance of %s is that of derivatives by weight, |delta| <= 1e-6 relative', (name, metric, of) => {
    const ranking = rankingOf(area)
    const variance = varianceOverGroups(ranking, of(ranking, metric(targets, probabilities)))
    expect(relative(variance, area[name].variance)).toBeLessThanOrEqual(1e-6)
  })

  test.each([
    ['rocAucInterval', rocAuc, rocAucInterval],
    ['averagePrecisionInterval', averagePrecision, averagePrecisionInterval],
    ['pf1Interval', pfBeta, pf1Interval],
    ['brierInterval', brierScore, brierInterval],
  ] as const)('%s holds the value, and is wider at a higher confidence', (_, metric, interval) => {
    const value = metric(targets, probabilities)
    const [narrow, wide] = [0.9, 0.99].map((confidence) =>
      interval(targets, probabilities, area.patients, { confidence }),
    )
    expect(wide!.low).toBeLessThan(narrow!.low)
    expect(narrow!.low).toBeLessThan(value)
    expect(value).toBeLessThan(narrow!.high)
    expect(narrow!.high).toBeLessThan(wide!.high)
    expect(() => interval(targets, probabilities, ['a'])).toThrow(`1 groups and ${targets.length} targets`)
    expect(() => interval(targets, probabilities, area.patients, { confidence: 1 })).toThrow('for confidence')
  })
})

describe('rocAucInterval', () => {
  const separated = (count: number) => ({
    targets: [...Array(count).fill(1), ...Array(count).fill(0)],
    scores: [...Array(count).fill(2), ...Array(count).fill(1)],
    groups: letters(2 * count),
  })

  test('at an area of 1 is the exact interval of as many pairs: 40 are 0.912 to 1', () => {
    const { targets, scores, groups } = separated(40)
    const { low, high } = rocAucInterval(targets, scores, groups)!
    expect([low, high]).toEqual([expect.closeTo(0.9119, 4), 1])
    const mirrored = rocAucInterval(
      targets.map((target) => 1 - target),
      scores,
      groups,
    )!
    expect([mirrored.low, mirrored.high]).toEqual([0, expect.closeTo(1 - 0.9119, 4)])
  })

  test('counts no patient twice in those pairs', () => {
    const { targets, scores } = separated(10)
    const sides = targets.map((_, i) => `${i % 10}`) // a cancer and a healthy breast each
    expect(rocAucInterval(targets, scores, sides)!.low).toBeCloseTo(0.025 ** (1 / 5), 12)
  })

  test('is none where one patient has all cancers, or all scores are one', () => {
    expect(rocAucInterval([1, 1, 0, 0], [4, 3, 2, 1], ['a', 'a', 'b', 'c'])).toBeNull()
    expect(rocAucInterval([1, 0, 0, 0], [4, 5, 2, 1], letters(4))).toBeNull()
    expect(rocAucInterval([1, 1, 0, 0], [1, 1, 1, 1], letters(4))).toBeNull()
    expect(() => rocAucInterval([1, 1], [1, 2], letters(2))).toThrow('at least one negative')
  })

  test('takes copies of a patient for no news', () => {
    const { targets, probabilities, patients } = recorded.areas[0]
    const twice = <Value>(values: readonly Value[]) => [...values, ...values]
    const once = rocAucInterval(targets, probabilities, patients)!
    const copied = rocAucInterval(twice(targets), twice(probabilities), twice(patients))!
    expect(copied.low).toBeCloseTo(once.low, 12)
    expect(copied.high).toBeCloseTo(once.high, 12)
  })
})

describe('f1Interval', () => {
  test("is Wilson's of the share of true positives among positives and calls", () => {
    const { low, high } = f1Interval([1, 1, 1, 0, 0], [1, 1, 0, 1, 0], letters(5))!
    const share = wilson(2, 4)
    expect([low, high]).toEqual([(2 * share.low) / (1 + share.low), (2 * share.high) / (1 + share.high)])
  })

  test('is none without a positive', () => {
    expect(f1Interval([0, 0], [1, 0], letters(2))).toBeNull()
  })
})

describe('sensitivityAtSpecificityInterval', () => {
  test('has a width where every resample finds all cancers', async () => {
    const targets = [...Array(15).fill(1), ...Array(85).fill(0)]
    const bounds = await sensitivityAtSpecificityInterval(targets, targets, letters(100), 0.95, { resamples: 50 })
    expect(bounds).toEqual(wilson(15, 15))
  })

  test('is the same for the same seed, and another for another', async () => {
    const { targets, probabilities, patients } = recorded.areas[0]
    const of = (seed: number) =>
      sensitivityAtSpecificityInterval(targets, probabilities, patients, 0.9, { resamples: 200, seed })
    const [first, again, other] = [await of(1), await of(1), await of(2)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  test('holds the sensitivity, whatever the samples', async () => {
    const sample = fc.record({ target: fc.constantFrom(0, 1), score: fc.integer({ min: 0, max: 5 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 2, maxLength: 20 }), async (samples) => {
        const targets = [0, 1, ...samples.map(({ target }) => target)]
        const scores = [2, 3, ...samples.map(({ score }) => score)]
        const options = { resamples: 20 }
        const bounds = await sensitivityAtSpecificityInterval(targets, scores, letters(targets.length), 0.5, options)
        if (bounds === null) return
        const { sensitivity } = sensitivityAtSpecificity(targets, scores, 0.5)
        expect(bounds.low).toBeLessThan(bounds.high)
        expect(bounds.low).toBeLessThanOrEqual(sensitivity)
        expect(bounds.high).toBeGreaterThanOrEqual(sensitivity)
      }),
    )
  })
})
