import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  averagePrecision,
  averagePrecisionInterval,
  bootstrapInterval,
  brierInterval,
  brierScore,
  f1Interval,
  pf1Interval,
  pfBeta,
  rocAuc,
  rocAucInterval,
  sensitivityAtSpecificity,
  sensitivityAtSpecificityInterval,
  tQuantile,
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
import { resampledWeights } from '../../src/resampled-counts.ts'
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
    expect(interval(targets, probabilities, area.patients)).toEqual(
      interval(targets, probabilities, area.patients, { confidence: 0.95 }),
    )
    expect(() => interval(targets, probabilities, ['a'])).toThrow(`1 groups and ${targets.length} targets`)
    for (const confidence of [0, 1]) {
      expect(() => interval(targets, probabilities, area.patients, { confidence })).toThrow('for confidence')
    }
  })

  test.each([
    ['averagePrecision', averagePrecision, averagePrecisionInterval],
    ['pf1', pfBeta, pf1Interval],
    ['brier', brierScore, brierInterval],
  ] as const)('the interval of %s is in log-odds, by t of the patients with cancer less one', (name, metric, of) => {
    const value = metric(targets, probabilities)
    const patients = new Set(area.patients.filter((_, i) => targets[i] === 1)).size
    const spread = (tQuantile(0.95, patients - 1) * Math.sqrt(area[name].variance)) / (value * (1 - value))
    const logit = Math.log(value / (1 - value))
    const { low, high } = of(targets, probabilities, area.patients)!
    expect(low).toBeCloseTo(1 / (1 + Math.exp(spread - logit)), 6)
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-spread - logit)), 6)
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

  // Obuchowski's variance and t in NumPy and SciPy, degrees of freedom 2 n / (kurtosis - 1) but at most n - 1 of n patients with cancer.
  test.each([
    [0, 0.517192411165206, 0.8082605171653828],
    [2, 0.5717786982980507, 0.7998954460749865],
  ])('is that of NumPy, |delta| <= 1e-9: recorded sample %i', (area, low, high) => {
    const { targets, probabilities, patients } = recorded.areas[area]
    const bounds = rocAucInterval(targets, probabilities, patients)!
    expect(bounds.low).toBeCloseTo(low, 9)
    expect(bounds.high).toBeCloseTo(high, 9)
  })

  test('has few degrees of freedom where one cancer of ten decides the variance', () => {
    // Nine cancers above all healthy breasts and one below: deviations 0.1 and -0.9, variance 10/9 * 0.9 / 10^2 = 0.1^2, kurtosis
    // 10 * 0.657 / 0.9^2, so 20 / (kurtosis - 1) = 2.8125 degrees of freedom: scipy.stats.t.ppf(0.975, 2.8125) is 3.30590409.
    const scores = [...Array(9).fill(11), 0, ...Array.from({ length: 10 }, (_, i) => i + 1)]
    const { low, high } = rocAucInterval([...Array(10).fill(1), ...Array(10).fill(0)], scores, letters(20))!
    const spread = (3.305904093539764 * 0.1) / (0.9 * 0.1)
    expect(low).toBeCloseTo(1 / (1 + Math.exp(spread) / 9), 9)
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-spread) / 9), 9)
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

  test('has one degree of freedom less than patients with cancer where these are all alike', () => {
    // Three cancers of one score: only the healthy deviate, by 1/3, 1/3 and -2/3, so that the variance is 3/2 * 6/9 / 3^2 = 1/9.
    const { low, high } = rocAucInterval([1, 1, 1, 0, 0, 0], [2, 2, 2, 1, 1, 3], letters(6))!
    // scipy.stats.t.ppf(0.975, 2); log-odds of 2/3 are ln 2, and their derivative is 9/2.
    const spread = (4.302652729911275 / 3) * (9 / 2)
    expect(low).toBeCloseTo(1 / (1 + Math.exp(spread) / 2), 9)
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-spread) / 2), 9)
  })

  test('needs two patients with a cancer and two without, even at an area of 1', () => {
    expect(rocAucInterval([1, 1, 0], [3, 2, 1], letters(3))).toBeNull()
    expect(rocAucInterval([1, 0, 0], [3, 2, 1], letters(3))).toBeNull()
    expect(rocAucInterval([1, 1, 0, 0], [4, 3, 2, 1], letters(4))).not.toBeNull()
    expect(rocAucInterval([1, 1, 0, 0], [4, 2, 3, 1], letters(4))).not.toBeNull()
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

  test.each([
    [0, 0.9],
    [1, 0.95],
    [2, 0.9],
  ])(
    "is Wilson's of as many cancers as the variance of the resamples says: recorded sample %i at %d",
    async (at, minimum) => {
      const { targets, probabilities, patients } = recorded.areas[at]
      const rows = targets.map((target, i) => ({ patientId: patients[i], target, probability: probabilities[i] }))
      const drawn: number[] = []
      const statistic = (some: readonly (typeof rows)[number][]) => {
        const columns = [some.map((row) => row.target), some.map((row) => row.probability)] as const
        drawn.push(sensitivityAtSpecificity(...columns, minimum).sensitivity)
        return 0
      }
      bootstrapInterval(rows, statistic, { resamples: 50, seed: 3 })
      const [sensitivity, ...resampled] = drawn // the first is of all rows
      const mean = resampled.reduce((sum, x) => sum + x, 0) / 50
      const variance = resampled.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 49
      const cancers = new Set(patients.filter((_, i) => targets[i] === 1)).size
      const share = (sensitivity * cancers + 2) / (cancers + 4)
      const trials = Math.min(cancers, (share * (1 - share)) / variance)
      const options = { resamples: 50, seed: 3, confidence: 0.9 }
      const bounds = await sensitivityAtSpecificityInterval(targets, probabilities, patients, minimum, options)
      const expected = wilson(sensitivity * trials, trials, { confidence: 0.9 })
      expect(bounds!.low).toBeCloseTo(expected.low, 9)
      expect(bounds!.high).toBeCloseTo(expected.high, 9)
    },
  )

  test('is null where most resamples lack a class, and waits for its progress after each', async () => {
    const seen = new Set<boolean>()
    for (let seed = 0; seed < 40; seed++) {
      let complete = 0
      for (const [first] of resampledWeights(2, { resamples: 4, seed })) complete += Number(first === 1)
      let [started, ended] = [0, 0]
      const onResample = async () => {
        expect(started++).toBe(ended)
        await Promise.resolve()
        ended++
      }
      const options = { resamples: 4, seed, onResample }
      const bounds = await sensitivityAtSpecificityInterval([1, 0], [0.8, 0.2], ['a', 'b'], 0.9, options)
      expect(bounds === null).toBe(complete < 2)
      expect(ended).toBe(4)
      seen.add(bounds === null)
    }
    expect(seen.size).toBe(2)
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
