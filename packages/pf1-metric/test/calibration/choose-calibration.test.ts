import { createRandom } from '@mammokit/seeded-random'
import { describe, expect, test } from 'vitest'
import { fitMethod, suits } from '../../src/calibration/calibration.ts'
import { calibrate, chooseCalibration, fitCalibration, logLoss } from '../../src/index.ts'
import { calibratedSample } from './calibrated-sample.ts'

describe('chooseCalibration', () => {
  test('leaves calibrated probabilities as they are', () => {
    const { calibration, logLoss } = chooseCalibration(...calibratedSample(400, (x) => x))
    expect(calibration).toEqual({ method: 'none' })
    expect(logLoss.platt).toBeGreaterThan(logLoss.none! - 0.002)
  })

  test('finds the line of probabilities that are too sure and too low', () => {
    const { calibration, logLoss } = chooseCalibration(...calibratedSample(400, (x) => 3 * x - 4))
    expect(calibration.method).toBe('platt')
    expect(calibrate(calibration, 3 * -1 - 4)).toBeCloseTo(1 / (1 + Math.exp(1)), 1)
    expect(logLoss.platt).toBeLessThan(logLoss.none! - 0.1)
  })

  test('takes steps for a curve that no line fits, from 200 cancers on', () => {
    const bent = (x: number) => (x < -2 ? -6 + 0.1 * x : x < 0 ? 5 + 0.2 * x : 12 + x)
    const [targets, ...others] = calibratedSample(1500, bent)
    expect(targets.filter((target) => target === 1).length).toBeGreaterThan(200)
    expect(chooseCalibration(targets, ...others).calibration.method).toBe('isotonic')
    expect(chooseCalibration(...calibratedSample(150, bent)).logLoss).not.toHaveProperty('isotonic')
  })

  test('a network that separates the classes keeps probabilities between 0 and 1, and no worse a log loss', () => {
    const [targets, , groups] = calibratedSample(200, (x) => x)
    const logOdds = targets.map((target, i) => (target === 1 ? 0.1 : -0.1) + 1e-3 * (i % 7))
    const { calibration } = chooseCalibration(targets, logOdds, groups)
    const calibrated = logOdds.map((x) => calibrate(calibration, x))
    for (const p of calibrated) expect(p > 1e-4 && p < 1 - 1e-4).toBe(true)
    expect(logLoss(targets, calibrated)).toBeLessThan(0.1)
  })

  test('a network at chance gives every breast about the prevalence, or nothing is fitted', () => {
    const random = createRandom(5, 'chance')
    const [targets, , groups] = calibratedSample(400, (x) => x)
    const { calibration, logLoss } = chooseCalibration(
      targets,
      targets.map(() => random.normal()),
      groups,
    )
    const prevalence = targets.reduce((a, b) => a + b, 0) / targets.length
    if (calibration.method === 'platt') {
      for (const x of [-2, 0, 2]) expect(Math.abs(calibrate(calibration, x) - prevalence)).toBeLessThan(0.1)
    } else {
      expect(calibration).toEqual({ method: 'none' })
      expect(logLoss).not.toHaveProperty('platt')
    }
  })

  test('leaves everything as it is where there is one class only', () => {
    expect(chooseCalibration([0, 0, 0], [1, 2, 3], ['a', 'b', 'c'])).toMatchObject({ calibration: { method: 'none' } })
  })

  test('is the same for the same seed, and for JSON in between', () => {
    const data = calibratedSample(300, (x) => 2 * x + 1)
    const { calibration } = chooseCalibration(...data, { seed: 7 })
    expect(chooseCalibration(...data, { seed: 7 }).calibration).toEqual(calibration)
    const read = JSON.parse(JSON.stringify(calibration))
    expect(calibrate(read, 0.3)).toBe(calibrate(calibration, 0.3))
  })
})

test('fitCalibration gives none where a falling line fits best', () => {
  expect(fitCalibration('platt', [1, 1, 0, 0], [-2, -1, 1, 2])).toBeNull()
})

test.each([1, 2.5, 1001])('chooseCalibration rejects %d folds', (folds) => {
  expect(() => chooseCalibration([0, 1], [0, 1], ['a', 'b'], { folds })).toThrow(
    `an integer from 2 to 1000 for folds but received ${folds}`,
  )
})

describe('fitCalibration', () => {
  /** Rising log-odds, so many cancers at the end. */
  const rising = (cancers: number, all: number) => ({
    targets: Array.from({ length: all }, (_, i) => Number(i >= all - cancers)),
    logOdds: Array.from({ length: all }, (_, i) => i),
  })

  test.each([
    [199, false],
    [200, true],
  ])('fits steps from 200 cancers on: %i', (cancers, fits) => {
    const { targets, logOdds } = rising(cancers, 300)
    expect(suits('isotonic', targets)).toBe(fits)
    expect(suits('platt', targets)).toBe(true)
    expect(fitCalibration('isotonic', targets, logOdds) !== null).toBe(fits)
  })

  test('fits nothing but none without both classes', () => {
    for (const targets of [
      [0, 0],
      [1, 1],
    ]) {
      expect(fitCalibration('platt', targets, [1, 2])).toBeNull()
      expect(fitMethod('isotonic', targets, [1, 2])).toBeNull()
      expect(fitCalibration('none', targets, [1, 2])).toEqual({ method: 'none' })
    }
  })

  test('keeps the ends of the steps, and a margin of one in N + 2 from 0 and 1', () => {
    expect(fitMethod('isotonic', [0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6])).toEqual({
      method: 'isotonic',
      logOdds: [1, 3, 4, 6],
      probabilities: [1 / 8, 1 / 8, 7 / 8, 7 / 8],
    })
  })

  test('fits a line only where it rises: the same log-odds for all have none', () => {
    expect(fitCalibration('platt', [0, 1, 0, 1], [2, 2, 2, 2])).toBeNull()
    expect(fitCalibration('platt', [0, 0, 1, 1], [-2, -1, 1, 2])).toMatchObject({ method: 'platt' })
  })
})

describe('calibrate', () => {
  test('takes log-odds through a line, or straight between the points of steps', () => {
    expect(calibrate({ method: 'none' }, Math.log(3))).toBeCloseTo(0.75, 15)
    expect(calibrate({ method: 'platt', slope: 2, intercept: -1 }, (1 + Math.log(3)) / 2)).toBeCloseTo(0.75, 15)
    const steps = { method: 'isotonic', logOdds: [-1, 0, 2], probabilities: [0.1, 0.4, 0.8] } as const
    expect([-3, -1, 0, 1, 2, 5].map((x) => calibrate(steps, x))).toEqual([
      0.1,
      0.1,
      0.4,
      expect.closeTo(0.6, 12),
      0.8,
      0.8,
    ])
  })
})
