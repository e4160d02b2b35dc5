import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  brierScore,
  calibrationBins,
  calibrationLine,
  expectedCalibrationError,
  isotonicRegression,
  logLoss,
  plattScaling,
  temperatureScaling,
  tQuantile,
} from '../../src/index.ts'
import { goldenCases, largestDifference, onBinEdges } from '../golden.ts'
import { labeled } from '../samples.ts'

describe('brierScore', () => {
  test.each(goldenCases)("matches scikit-learn's brier_score_loss, |delta| <= 1e-12: $name", (golden) => {
    expect(Math.abs(brierScore(golden.targets, golden.probabilities) - golden.brier)).toBeLessThanOrEqual(1e-12)
  })
})

describe('calibrationBins', () => {
  test.each(goldenCases)("match scikit-learn's calibration_curve, |delta| <= 1e-12: $name", (golden) => {
    const uniform = calibrationBins(golden.targets, golden.probabilities)
    expect(
      largestDifference(
        uniform.map((bin) => bin.fractionOfPositives),
        golden.calibration10.true,
      ),
    ).toBeLessThanOrEqual(1e-12)
    expect(
      largestDifference(
        uniform.map((bin) => bin.meanProbability),
        golden.calibration10.pred,
      ),
    ).toBeLessThanOrEqual(1e-12)
    const quantile = calibrationBins(golden.targets, golden.probabilities, { bins: 5, strategy: 'quantile' })
    const expected = golden.calibrationQuantile5
    expect(
      largestDifference(
        quantile.map((bin) => bin.fractionOfPositives),
        expected.true,
      ),
    ).toBeLessThanOrEqual(1e-12)
    expect(
      largestDifference(
        quantile.map((bin) => bin.meanProbability),
        expected.pred,
      ),
    ).toBeLessThanOrEqual(1e-12)
  })

  test('say where they begin and end, and what they hold', () => {
    expect(calibrationBins([0, 1, 1], [0.2, 0.7, 0.9], { bins: 2 })).toEqual([
      { low: 0, high: 0.5, count: 1, meanProbability: 0.2, fractionOfPositives: 0 },
      { low: 0.5, high: 1, count: 2, meanProbability: expect.closeTo(0.8, 12), fractionOfPositives: 1 },
    ])
    expect(calibrationBins([0, 1], [0.5, 0.25], { bins: 2 })).toHaveLength(1)
  })

  test('of equal width end at 1, however many there are', () => {
    for (let bins = 1; bins <= 100; bins++) expect(calibrationBins([1], [1], { bins })[0].high).toBe(1)
  })

  test("of equally many samples have the edges of NumPy's percentile, in every bit", () => {
    const probabilities = [0.02, 0.06, 0.11, 0.37, 0.45, 0.63, 0.94, 0.95]
    const bins = calibrationBins([0, 0, 0, 1, 0, 1, 1, 1], probabilities, { bins: 3, strategy: 'quantile' })
    // numpy.percentile(probabilities, numpy.linspace(0, 1, 4) * 100)
    expect(bins.map(({ low, high }) => [low, high])).toEqual([
      [0.02, 0.1966666666666666],
      [0.1966666666666666, 0.57],
      [0.57, 0.95],
    ])
    expect(bins.map(({ count }) => count)).toEqual([3, 2, 3])
  })

  test('hold every sample once, ends included', () => {
    fc.assert(
      fc.property(labeled, fc.integer({ min: 1, max: 30 }), ({ targets, probabilities }, bins) => {
        const counts = calibrationBins(targets, probabilities, { bins }).map((bin) => bin.count)
        expect(counts.reduce((a, b) => a + b, 0)).toBe(targets.length)
      }),
    )
  })
})

describe('expectedCalibrationError', () => {
  test.each([...goldenCases, { name: 'probabilities on the edges of bins', ...onBinEdges }])(
    'matches its definition in NumPy with 10, 15 and 49 bins, |delta| <= 1e-12: $name',
    (golden) => {
      for (const [bins, expected] of Object.entries(golden.ece)) {
        const error = expectedCalibrationError(golden.targets, golden.probabilities, { bins: Number(bins) })
        expect(Math.abs(error - expected)).toBeLessThanOrEqual(1e-12)
      }
    },
  )

  test('is 0 for perfect certainty', () => {
    expect(expectedCalibrationError([0, 1], [0, 1])).toBe(0)
  })
})

describe('temperatureScaling', () => {
  test.each(goldenCases)('finds the temperature that SciPy finds, |delta| <= 1e-5 relative: $name', (golden) => {
    const { temperature } = temperatureScaling(golden.targets, golden.logits)
    expect(Math.abs(temperature / golden.temperature - 1)).toBeLessThanOrEqual(1e-5)
  })

  test('calibrates with the temperature it found', () => {
    const { temperature, calibrate } = temperatureScaling([1, 0, 1, 0, 0], [4, -4, 4, 4, -4])
    expect(calibrate(2)).toBeCloseTo(1 / (1 + Math.exp(-2 / temperature)), 15)
  })

  test.each([
    [[-2, 2], [0, 1], 'separate the classes', 1e-3],
    [[-2, 2], [1, 0], 'do not go with the targets', 1e3],
  ])('refuses logits %o of targets %o, whose log loss has no minimum', (logits, targets, why, end) => {
    expect(() => temperatureScaling(targets, logits)).toThrow(
      expect.objectContaining({
        code: 'no-minimum',
        message: expect.stringContaining(why),
        details: { temperature: expect.closeTo(end, 9) },
      }),
    )
  })
})

describe('logLoss', () => {
  test.each(goldenCases)("matches scikit-learn's log_loss, |delta| <= 1e-12: $name", (golden) => {
    expect(Math.abs(logLoss(golden.targets, golden.probabilities) - golden.logLoss)).toBeLessThanOrEqual(1e-12)
  })

  test('of a certainty that is wrong is large, and finite', () => {
    expect(logLoss([1], [0])).toBeCloseTo(-Math.log(2 ** -52), 12)
  })
})

describe('plattScaling', () => {
  test.each(goldenCases)("fits the line of scikit-learn's sigmoid calibration, |delta| <= 1e-4: $name", (golden) => {
    const { slope, intercept, calibrate } = plattScaling(golden.targets, golden.logits)
    expect(Math.abs(slope - golden.platt.slope)).toBeLessThanOrEqual(1e-4)
    expect(Math.abs(intercept - golden.platt.intercept)).toBeLessThanOrEqual(1e-4)
    for (const logit of [-2, 1, 3]) {
      expect(calibrate(logit)).toBeCloseTo(1 / (1 + Math.exp(-slope * logit - intercept)), 15)
    }
  })

  test('is finite where the logits separate the classes, and near 0 where they say nothing', () => {
    const logits = Array.from({ length: 40 }, (_, i) => i - 19.5)
    const separated = plattScaling(
      logits.map((logit) => Number(logit > 0)),
      logits,
    )
    expect(separated.slope).toBeGreaterThan(0.1)
    expect(separated.slope).toBeLessThan(10)
    expect(plattScaling([0, 1, 0, 1], [2, 2, 2, 2])).toMatchObject({ slope: 0, intercept: 0 })
  })
})

describe('calibrationLine', () => {
  test.each(goldenCases)(
    "has statsmodels' estimates and clustered errors, |delta| <= 1e-6 relative: $name",
    (golden) => {
      const patients = golden.targets.map((_, i) => `${i >> 1}`)
      const logits = golden.logits.map((logit) => logit / 3)
      const line = calibrationLine(golden.targets, logits, patients)
      const quantile = (name: 'slope' | 'intercept') =>
        (line[name].high! - line[name].value!) / golden.calibrationLine[name].error
      for (const name of ['slope', 'intercept'] as const) {
        expect(Math.abs(line[name].value! / golden.calibrationLine[name].value - 1)).toBeLessThanOrEqual(1e-6)
      }
      // Both are the t quantile of the same degrees of freedom.
      expect(Math.abs(quantile('slope') / quantile('intercept') - 1)).toBeLessThanOrEqual(1e-6)
      const cancers = new Set(patients.filter((_, i) => golden.targets[i] === 1)).size
      expect(Math.abs(quantile('slope') / tQuantile(0.95, cancers - 1) - 1)).toBeLessThanOrEqual(1e-6)
      for (const { value, low, high } of [line.slope, line.intercept]) {
        expect(value! - low!).toBeCloseTo(high! - value!, 9)
      }
    },
  )

  test('is wider at a higher confidence, by the quantiles of t', () => {
    const { targets, logits } = goldenCases[0]
    const patients = targets.map((_, i) => `${i >> 1}`)
    const cancers = new Set(patients.filter((_, i) => targets[i] === 1)).size
    const [narrow, wide] = [0.5, 0.99].map((confidence) => calibrationLine(targets, logits, patients, { confidence }))
    const spread = (name: 'slope' | 'intercept') =>
      (wide[name].high! - wide[name].value!) / (narrow[name].high! - narrow[name].value!)
    const expected = tQuantile(0.99, cancers - 1) / tQuantile(0.5, cancers - 1)
    expect(spread('slope')).toBeCloseTo(expected, 9)
    expect(spread('intercept')).toBeCloseTo(expected, 9)
    for (const confidence of [0, 1]) {
      expect(() => calibrationLine(targets, logits, patients, { confidence })).toThrow(
        `for confidence but received ${confidence}`,
      )
    }
  })

  test('has no intervals of a single patient, and the same values', () => {
    const [targets, logits] = [
      [0, 1, 0, 1],
      [-2, -1, 1, 2],
    ]
    const apart = calibrationLine(targets, logits, ['a', 'b', 'c', 'd'])
    const together = calibrationLine(targets, logits, ['a', 'a', 'a', 'a'])
    expect(together.slope).toEqual({ value: apart.slope.value, low: null, high: null })
    expect(together.intercept).toEqual({ value: apart.intercept.value, low: null, high: null })
  })

  test.each([
    [
      [-1, 0, 0, 1],
      [0, 0, 1, 1],
    ],
    [
      [-1, 0, 0, 1],
      [1, 1, 0, 0],
    ],
    [
      [-2, -1, 1, 2],
      [1, 1, 0, 0],
    ],
  ])('has no slope of logits %o that separate targets %o but for ties', (logits, targets) => {
    expect(calibrationLine(targets, logits, ['a', 'b', 'c', 'd']).slope.value).toBeNull()
  })

  test('has no slope where the logits separate the classes', () => {
    const { slope } = calibrationLine([0, 0, 1, 1], [-2, -1, 1, 2], ['a', 'b', 'c', 'd'])
    expect(slope).toEqual({ value: null, low: null, high: null })
  })
})

describe('isotonicRegression', () => {
  test.each(goldenCases)("matches scikit-learn's IsotonicRegression, |delta| <= 1e-12: $name", (golden) => {
    const { calibrate } = isotonicRegression(golden.targets, golden.probabilities)
    expect(largestDifference(golden.isotonic.queries.map(calibrate), golden.isotonic.values)).toBeLessThanOrEqual(1e-12)
  })

  test('never falls and keeps the share of positives, |delta| <= 1e-12', () => {
    fc.assert(
      fc.property(labeled, ({ targets, probabilities }) => {
        const fit = isotonicRegression(targets, probabilities)
        fit.probabilities.forEach((p, i) => {
          expect(p).toBeGreaterThanOrEqual(i === 0 ? 0 : fit.probabilities[i - 1])
        })
        const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
        expect(mean(probabilities.map(fit.calibrate))).toBeCloseTo(mean(targets), 12)
      }),
    )
  })

  test('is straight between two scores and constant beyond them', () => {
    const { scores, probabilities, calibrate } = isotonicRegression([1, 0], [3, 1])
    expect([[...scores], [...probabilities]]).toEqual([
      [1, 3],
      [0, 1],
    ])
    expect([-5, 1, 1.5, 2, 3, 9].map(calibrate)).toEqual([0, 0, 0.25, 0.5, 1, 1])
  })

  test('passes NaN on', () => {
    expect(isotonicRegression([0, 1, 1], [0.1, 0.4, 0.8]).calibrate(Number.NaN)).toBeNaN()
  })
})
