import { describe, expect, test } from 'vitest'
import { type BreastPrediction, figureOf, figuresOf, statisticsAt } from '../src/index.ts'

const resampling = { resamples: 200, seed: 13 }

function breasts(...rows: [target: 0 | 1, probability: number][]): BreastPrediction[] {
  return rows.map(([target, probability], patient) => ({
    ...{ breastId: `${patient}_L`, patientId: `${patient}`, laterality: 'L', images: 1 },
    ...{ target, probability },
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

  test('has no interval where most resamples do not define the figure', async () => {
    // one resample of two patients, which has one patient twice in half of the seeds
    const rows = breasts([1, 0.9], [0, 0.1])
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const figures = await Promise.all(
      seeds.map((seed) => figureOf(rows, statisticsAt(0.5).rocAuc, { resamples: 1, seed })),
    )
    expect(figures).toContainEqual({ value: 1, low: null, high: null })
    expect(figures).toContainEqual({ value: 1, low: 1, high: 1 })
  })

  test('rethrows errors other than too few breasts', async () => {
    const broken = breasts([1, 2])
    await expect(figureOf(broken, statisticsAt(0.5).pf1, resampling)).rejects.toThrow('probabilities[0] but received 2')
  })
})
