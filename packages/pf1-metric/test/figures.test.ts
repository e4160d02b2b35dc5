import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BreastPrediction, chosenThreshold, figureOf, figuresOf, statisticsAt } from '../src/index.ts'
import { goldenCases } from './golden.ts'

const resampling = { resamples: 200, seed: 13 }

function breasts(...rows: [target: 0 | 1, probability: number][]): BreastPrediction[] {
  return rows.map(([target, probability], patient) => ({
    breastId: `${patient}_L`,
    patientId: `${patient}`,
    laterality: 'L',
    images: 1,
    target,
    probability,
  }))
}

describe('figuresOf', () => {
  test('has a value and an interval where the breasts define them', async () => {
    const rows = breasts([1, 0.9], [1, 0.4], [0, 0.6], [0, 0.2], [0, 0.1], [1, 0.8])
    const figures = await figuresOf(rows, statisticsAt(0.5), resampling)
    expect(figures.sensitivity.value).toBeCloseTo(2 / 3, 12)
    expect(figures.specificity.value).toBeCloseTo(2 / 3, 12)
    expect(figures.rocAuc.value).toBeCloseTo(8 / 9, 12)
    expect(figures.rocAuc.low).toBeLessThan(figures.rocAuc.high!)
  })

  test('is null where there is no cancer, or no healthy breast', async () => {
    const nothing = { value: null, low: null, high: null }
    const healthy = await figuresOf(breasts([0, 0.2], [0, 0.9]), statisticsAt(0.5), resampling)
    expect(healthy).toMatchObject({ rocAuc: nothing, averagePrecision: nothing, sensitivity: nothing })
    expect(healthy.specificity.value).toBe(0.5)
    expect(await figuresOf(breasts([1, 0.2]), statisticsAt(0.5), resampling)).toMatchObject({
      rocAuc: nothing,
      specificity: nothing,
    })
  })

  test('has an interval between 0 and 1 and of some width, or none, whatever the breasts', async () => {
    const breast = fc.record({
      patient: fc.integer({ min: 0, max: 5 }),
      target: fc.constantFrom(0 as const, 1 as const),
      probability: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(breast, { minLength: 1, maxLength: 20 }), async (sample) => {
        const rows = breasts(...sample.map(({ target, probability }) => [target, probability] as [0 | 1, number]))
        const grouped = rows.map((row, i) => ({ ...row, patientId: `${sample[i].patient}` }))
        const figures = await figuresOf(grouped, statisticsAt(0.5), { resamples: 20 })
        for (const [name, { value, low, high }] of Object.entries(figures)) {
          expect(low === null).toBe(high === null)
          if (low === null || high === null) continue
          expect(low).toBeGreaterThanOrEqual(0)
          if (name !== 'logLoss') expect(high).toBeLessThanOrEqual(1)
          expect(low).toBeLessThan(high)
          expect(value).toBeGreaterThanOrEqual(low)
          expect(value).toBeLessThanOrEqual(high)
        }
      }),
    )
  })

  test.each(goldenCases)(
    "matches scikit-learn's sensitivity and specificity at 90 %, |delta| <= 1e-12: $name",
    async (golden) => {
      const rows = breasts(...golden.targets.map((target, i) => [target, golden.probabilities[i]] as [0 | 1, number]))
      const { sensitivityAtSpecificity90, specificityAtSensitivity90 } = statisticsAt(0.5)
      const figures = await figuresOf(rows, { sensitivityAtSpecificity90, specificityAtSensitivity90 }, resampling)
      for (const name of ['sensitivityAtSpecificity90', 'specificityAtSensitivity90'] as const) {
        const { value, low, high } = figures[name]
        expect(Math.abs(value! - golden[name])).toBeLessThanOrEqual(1e-12)
        if (name === 'sensitivityAtSpecificity90') expect(low! <= value! && value! <= high!).toBe(true)
        else expect([low, high]).toEqual([null, null])
      }
    },
  )

  test('says how many calls are right: predictive values of the sample', async () => {
    const { tn, fp, fn, tp } = goldenCases[0].confusionAtHalf
    const { targets, probabilities } = goldenCases[0]
    const rows = breasts(...targets.map((target, i) => [target, probabilities[i]] as [0 | 1, number]))
    const { ppv, npv } = statisticsAt(0.5)
    const figures = await figuresOf(rows, { ppv, npv })
    expect(figures.ppv.value).toBeCloseTo(tp / (tp + fp), 12)
    expect(figures.npv.value).toBeCloseTo(tn / (tn + fn), 12)
  })

  test('says 0.912 to 1 of 40 cancers that are all found, and less of 20 patients with two each', async () => {
    const rows = breasts(...Array.from({ length: 40 }, () => [1, 0.9] as [1, number]), [0, 0.1])
    const { sensitivity } = await figuresOf(rows, statisticsAt(0.5))
    expect(sensitivity).toMatchObject({ value: 1, high: 1 })
    expect(sensitivity.low).toBeCloseTo(0.9119, 4)
    const paired = rows.map((row, i) => ({ ...row, patientId: `${i >> 1}` }))
    expect((await figureOf(paired, statisticsAt(0.5).sensitivity)).low).toBeCloseTo(0.8316, 4)
  })

  test('has no interval of the calibration error', async () => {
    const rows = breasts([1, 0.9], [1, 0.4], [0, 0.6], [0, 0.2])
    expect(await figureOf(rows, statisticsAt(0.5).ece)).toMatchObject({ low: null, high: null })
  })

  test('calls the progress for every resample of the figures that are resampled, and stops by it', async () => {
    const rows = breasts([1, 0.9], [1, 0.4], [0, 0.6], [0, 0.2])
    let calls = 0
    const count = () => {
      calls++
      return undefined
    }
    await figuresOf(rows, statisticsAt(0.5), { ...resampling, onResample: count })
    expect(calls).toBe(2 * 200)
    const stop = () => Promise.reject(new Error('stopped'))
    await expect(figureOf(rows, chosenThreshold({ rule: 'f1' }), { ...resampling, onResample: stop })).rejects.toThrow(
      'stopped',
    )
  })

  test('rethrows errors other than too few breasts', async () => {
    const broken = breasts([1, 2])
    await expect(figureOf(broken, statisticsAt(0.5).pf1, resampling)).rejects.toThrow('probabilities[0] but received 2')
  })
})
