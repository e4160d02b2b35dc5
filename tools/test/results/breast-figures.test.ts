import { describe, expect, it } from 'vitest'
import { breastFigures, breastsOf, type KnownImage } from '../../src/results/breast-figures.ts'
import { halfOf } from '../../src/results/halves.ts'

/** Two machines: on the first most breasts have cancer, on the second few. */
function images(): KnownImage[] {
  return Array.from({ length: 160 }, (_, i) => {
    const patient = i >> 2
    const machineId = patient < 20 ? 'first' : 'second'
    const laterality = i % 4 < 2 ? 'L' : 'R'
    const cancer = laterality === 'L' && patient % 20 < (machineId === 'first' ? 16 : 4) ? 1 : 0
    return { imageId: `${i}`, patientId: `${patient}`, laterality, cancer, machineId }
  })
}

const scoreBy = (score: (image: KnownImage, i: number) => number) =>
  new Map(images().map((image, i) => [image.imageId, score(image, i)]))

describe('figures of breasts', () => {
  it('a score that tells the machines apart and nothing else is 0.5 within them, and more over all pairs', () => {
    const breasts = breastsOf(images(), { machine: scoreBy(({ machineId }) => (machineId === 'first' ? 1 : 0)) })
    const { pooled, withinMachines, ...counts } = breastFigures(breasts, { machine: { of: ['machine'] } })
    expect(counts).toEqual({
      breasts: 80,
      positives: 20,
      patients: 40,
      pairs: 20 * 60,
      pairsWithin: 16 * 24 + 4 * 36,
      machines: 2,
    })
    expect(withinMachines.machine).toEqual({ value: 0.5, low: 0.5, high: 0.5 })
    expect(pooled.machine!.value).toBeCloseTo((16 * 36 + 0.5 * (16 * 24 + 4 * 36)) / 1200, 12)
    expect(pooled.machine!.low).toBeGreaterThan(0.5)
  })

  it('breasts of two groups are not compared: their networks have scales of their own', () => {
    const score = scoreBy(({ cancer }) => cancer)
    const lower = scoreBy(({ cancer }) => cancer - 10)
    const [first, second] = [images().slice(0, 80), images().slice(80)]
    const breasts = [...breastsOf(first, { score }, 'fold 0'), ...breastsOf(second, { score: lower }, 'fold 1')]
    const { pooled, pairs } = breastFigures(breasts, { score: { of: ['score'] } })
    expect(pooled.score!.value).toBe(1)
    expect(pairs).toBe(16 * 24 + 4 * 36)
  })

  it('the mean of the images is the score of their breast, and a difference is of the same resamples', () => {
    const noisy = scoreBy(({ cancer }, i) => cancer + (i % 2 === 0 ? 5 : -5))
    const constant = scoreBy(() => 1)
    const breasts = breastsOf(images(), { noisy, constant })
    const { withinMachines } = breastFigures(breasts, {
      noisy: { of: ['noisy'] },
      difference: { of: ['noisy', 'constant'], minus: ['constant'] },
    })
    expect(withinMachines.noisy!.value).toBe(1)
    expect(withinMachines.difference).toEqual({ value: 0.25, low: 0.25, high: 0.25 })
  })
})

it('the half of a patient depends on the id alone, and both halves have about as many', () => {
  // By Python's hashlib.
  expect(['1', '2', '3', 'P-7'].map(halfOf)).toEqual(['b', 'a', 'b', 'a'])
  const halves = Array.from({ length: 2000 }, (_, id) => halfOf(`${id}`))
  const share = halves.filter((half) => half === 'a').length / 2000
  expect(Math.abs(share - 0.5)).toBeLessThan(0.03)
})
