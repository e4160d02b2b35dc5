import { describe, expect, test } from 'vitest'
import { chooseByHeldOutLoss, meanDifference } from '../../src/calibration/held-out-loss.ts'
import {
  type Calibration,
  calibrate,
  fitCalibration,
  shiftCalibration,
  tQuantile,
  updateCalibration,
} from '../../src/index.ts'
import { goldenCases } from '../golden.ts'
import { calibratedSample } from './calibrated-sample.ts'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe('shiftCalibration', () => {
  test.each(goldenCases)("is statsmodels' intercept beside an offset, |delta| <= 1e-6: $name", (golden) => {
    const current = { method: 'platt', slope: 1 / 3, intercept: 0 } as const
    const shifted = shiftCalibration(current, golden.targets, golden.logits)
    expect(shifted).toMatchObject({ method: 'platt', slope: 1 / 3 })
    const { intercept } = shifted as Extract<Calibration, { method: 'platt' }>
    expect(Math.abs(intercept - golden.calibrationLine.intercept.value)).toBeLessThanOrEqual(1e-6)
  })

  test('makes the mean probability that of the cases, of every kind of calibration', () => {
    const [targets, logOdds] = calibratedSample(300, (x) => x + 1.5)
    const currents: Calibration[] = [
      { method: 'none' },
      { method: 'platt', slope: 0.7, intercept: 0.4 },
      { method: 'isotonic', logOdds: [-1, 0, 2], probabilities: [0.1, 0.4, 0.8] },
    ]
    const share = targets.reduce((a, b) => a + b, 0) / targets.length
    for (const current of currents) {
      const shifted = shiftCalibration(current, targets, logOdds)!
      const mean = logOdds.reduce((sum, x) => sum + calibrate(shifted, x), 0) / logOdds.length
      // Straight between shifted points is not quite the shift of what is straight between them.
      expect(Math.abs(mean - share)).toBeLessThan(current.method === 'isotonic' ? 0.02 : 1e-6)
    }
  })

  test.each([-40, -16, 5, 16, 40])('does so for log-odds that are all %f too high', (offset) => {
    const [targets, logOdds] = calibratedSample(300, (x) => x + offset)
    const shifted = shiftCalibration({ method: 'none' }, targets, logOdds)!
    const mean = logOdds.reduce((sum, x) => sum + calibrate(shifted, x), 0) / logOdds.length
    expect(mean).toBeCloseTo(targets.reduce((a, b) => a + b, 0) / targets.length, 9)
  })

  test('is none without both classes', () => {
    expect(shiftCalibration({ method: 'none' }, [0, 0], [1, 2])).toBeNull()
  })
})

describe('updateCalibration', () => {
  test('keeps a calibration where all cases are of one patient: none of them can be held out', () => {
    const update = updateCalibration({ method: 'none' }, [0, 1, 0], [1, 2, 3], ['a', 'a', 'a'])
    expect(update).toMatchObject({ method: 'kept', calibration: { method: 'none' }, gain: { value: 0 } })
  })

  test('keeps a calibration that holds, and claims no gain', () => {
    const current = { method: 'platt', slope: 0.5, intercept: -1 } as const
    const update = updateCalibration(current, ...calibratedSample(400, (x) => 2 * (x + 1)))
    expect(update).toMatchObject({ method: 'kept', calibration: current, gain: { value: 0, low: null, high: null } })
  })

  test('shifts for another prevalence only, by as much as the prevalence moved', () => {
    const [targets, logOdds, groups] = calibratedSample(600, (x) => x + 2)
    const { method, calibration, gain } = updateCalibration({ method: 'none' }, targets, logOdds, groups)
    expect(method).toBe('shifted')
    expect(calibration).toMatchObject({ method: 'platt', slope: 1 })
    expect(Math.abs(calibrate(calibration, 1) - sigmoid(-1))).toBeLessThan(0.05)
    expect(gain.low).toBeGreaterThan(0)
  })

  test('gains the difference of held-out losses, by t of the patients less one', () => {
    const [targets, logOdds, groups] = calibratedSample(60, (x) => x + 3)
    const current = { method: 'none' } as const
    const update = updateCalibration(current, targets, logOdds, groups, { folds: 4, seed: 2 })
    const { tried } = chooseByHeldOutLoss<string>(
      [
        { name: 'kept', fit: () => current },
        { name: 'shifted', fit: (some, odds) => shiftCalibration(current, some, odds) },
        { name: 'platt', fit: (some, odds) => fitCalibration('platt', some, odds) },
      ],
      { targets, logOdds, groups },
      { folds: 4, seed: 2 },
    )
    expect(update.logLoss).toEqual(Object.fromEntries(tried.map(({ name, logLoss }) => [name, logLoss])))
    const chosen = tried.find(({ name }) => name === update.method)!
    expect(update.method).not.toBe('kept')
    const { mean, deviation } = meanDifference(tried[0].losses, chosen.losses, groups)
    const spread = tQuantile(0.95, 59) * deviation
    expect(update.gain).toEqual({ value: mean, low: mean - spread, high: mean + spread })
    expect(mean).toBeCloseTo(tried[0].logLoss - chosen.logLoss, 12)
  })

  test('fits anew where the spread is another one too, and steps for what no line fits', () => {
    expect(updateCalibration({ method: 'none' }, ...calibratedSample(600, (x) => 4 * x - 3)).method).toBe('platt')
    const bent = (x: number) => (x < -2 ? -6 + 0.1 * x : x < 0 ? 5 + 0.2 * x : 12 + x)
    expect(updateCalibration({ method: 'none' }, ...calibratedSample(1500, bent)).method).toBe('isotonic')
  })

  test('keeps what it has where there is one class only', () => {
    const current = { method: 'platt', slope: 0.5, intercept: -1 } as const
    const update = updateCalibration(current, [0, 0, 0], [1, 2, 3], ['a', 'b', 'c'])
    expect(update).toMatchObject({ method: 'kept', calibration: current })
    expect(Object.keys(update.logLoss)).toEqual(['kept'])
  })
})
