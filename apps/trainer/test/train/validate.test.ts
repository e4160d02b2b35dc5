import { describe, expect, it } from 'vitest'
import { validate, validationMetrics, validationText } from '../../src/train/validate.ts'

const row = (patientId: string, laterality: 'L' | 'R', target: 0 | 1, imageId = 'a') => ({
  imageId,
  patientId,
  laterality,
  target,
})
const rows = [row('1', 'L', 1, 'a'), row('1', 'L', 1, 'b'), row('1', 'R', 0, 'c'), row('2', 'L', 0, 'd')]

describe('validationMetrics', () => {
  it('scores images and, by the mean of its images, breasts', () => {
    const metrics = validationMetrics(rows, [0.9, 0.1, 0.3, 0.2], [1, 2, 3, 2])
    expect(metrics.loss).toBe(2)
    expect(metrics.rocAuc).toBe(1)
    expect(metrics.imageRocAuc).toBe(0.5)
    expect(metrics.pf1).toBeCloseTo(0.5, 12)
    expect(metrics.imagePf1).toBeCloseTo((2 * (1 / 1.5) * 0.5) / (1 / 1.5 + 0.5), 12)
  })

  it('has no area where all images are of one class', () => {
    const metrics = validationMetrics([row('1', 'L', 0)], [0.5], [1])
    expect(metrics).toEqual({ loss: 1, rocAuc: null, pf1: 0, imageRocAuc: null, imagePf1: 0 })
    expect(validationText(metrics)).toBe('validation loss 1.0000, ROC AUC undefined (one class), pF1 0.000')
  })
})

describe('validate', () => {
  it('leaves what pads the last batch out of the figures', async () => {
    async function* epoch() {
      yield { images: Float32Array.of(1, 2, 3), targets: Float32Array.of(1, 1, 0), valid: 3, index: 0 }
      yield { images: Float32Array.of(4, 9, 9), targets: Float32Array.of(0, 0, 0), valid: 1, index: 1 }
    }
    const evaluate = {
      run: async (...[images]: readonly Float32Array[]) => [
        images.map((value) => value / 10),
        images.map((value) => (value === 9 ? 100 : 1)),
      ],
      dispose: async () => {},
    }
    const metrics = await validate(evaluate, { batchesPerEpoch: 2, epoch: epoch as never }, rows)
    expect(metrics.loss).toBe(1)
    expect(metrics.imageRocAuc).toBe(0)
  })
})
