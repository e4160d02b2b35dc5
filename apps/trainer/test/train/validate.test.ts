import '@tensorflow/tfjs-backend-cpu'
import { silentContext } from '@mammokit/command-line'
import { focalLoss } from '@mammokit/focal-loss'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createLoss } from '../../src/train/loss.ts'
import { oneRank, type Ranks } from '../../src/train/ranks.ts'
import { validate, validationMetrics, validationText } from '../../src/train/validate.ts'

beforeAll(() => tf.enableProdMode()) // without it tfjs prints advice

const lossOptions = [
  { gamma: 1, alpha: null, labelSmoothing: 0, reference: false },
  { gamma: 2, alpha: 0.25, labelSmoothing: 0.1, reference: false },
  { gamma: 1, alpha: 1, labelSmoothing: 0, reference: true },
  { gamma: 2, alpha: 0.25, labelSmoothing: 0.2, reference: true },
]

const row = (patientId: string, laterality: 'L' | 'R', target: 0 | 1, imageId = 'a') => ({
  imageId,
  patientId,
  laterality,
  target,
})
const rows = [row('1', 'L', 1, 'a'), row('1', 'L', 1, 'b'), row('1', 'R', 0, 'c'), row('2', 'L', 0, 'd')]

describe('validationMetrics', () => {
  it('scores images and, by the mean of its images, breasts', () => {
    const metrics = validationMetrics(rows, [0.9, 0.1, 0.3, 0.2], 2)
    expect(metrics.loss).toBe(2)
    expect(metrics.rocAuc).toBe(1)
    expect(metrics.imageRocAuc).toBe(0.5)
    expect(metrics.averagePrecision).toBe(1)
    expect(metrics.pf1).toBeCloseTo(0.5, 12)
    // Breasts 0.5, 0.3 and 0.2: every threshold above 0.3 and up to 0.5 finds the one with cancer alone.
    expect(metrics).toMatchObject({ bestPf1: 1, bestThreshold: 0.4 })
    // Images 0.9, 0.3, 0.2 and 0.1 with cancer in the first and the last: one of two found without a false alarm, F1 2/3; all four, 2/3.
    expect(metrics.imageBestPf1).toBeCloseTo(2 / 3, 12)
    expect(metrics.imagePf1).toBeCloseTo((2 * (1 / 1.5) * 0.5) / (1 / 1.5 + 0.5), 12)
  })

  it('has no area where all images are of one class', () => {
    const metrics = validationMetrics([row('1', 'L', 0)], [0.5], 1)
    expect(metrics).toEqual({
      loss: 1,
      rocAuc: null,
      averagePrecision: null,
      pf1: 0,
      bestPf1: null,
      bestThreshold: null,
      imageRocAuc: null,
      imagePf1: 0,
      imageBestPf1: null,
    })
    expect(validationText(metrics)).toBe(
      'validation loss 1.0000, ROC AUC undefined (one class), AP undefined (one class), pF1 0.000',
    )
  })
})

/** Two batches of three, of which the last two rows are padding; each image is its own logit. */
async function* epoch() {
  const imageIds = ['a', 'b', 'c']
  yield { images: Float32Array.of(1, 2, 3), targets: Float32Array.of(1, 1, 0), valid: 3, index: 0, imageIds }
  const last = { valid: 1, index: 1, imageIds: ['d'] }
  yield { images: Float32Array.of(4, 9, 9), targets: Float32Array.of(0, 0, 0), ...last }
}
const loader = { batchesPerEpoch: 2, epoch: epoch as never }
const evaluate = { run: async (...[images]: readonly Float32Array[]) => [images] }
const advice = () => 'Lower training.lr.'

describe('validate', () => {
  it('leaves what pads the last batch out of the figures', async () => {
    const loss = (logits: tf.Tensor) => tf.mean(logits) as tf.Scalar
    const metrics = await validate({ evaluate, loss, advice }, loader, rows)
    expect(metrics.loss).toBe(2.5)
    expect(metrics.imageRocAuc).toBe(0)
  })

  it('has the loss of training for each batch, with the weight of its images: the options of the configuration all count', async () => {
    for (const options of lossOptions) {
      const metrics = await validate({ evaluate, loss: createLoss(options), advice }, loader, rows)
      const { gamma, labelSmoothing, reference } = options
      const alpha = options.alpha === null ? {} : { alpha: options.alpha }
      const lossOf = (logits: number[], targets: number[]) =>
        focalLoss(tf.tensor1d(logits), tf.tensor1d(targets), {
          gamma,
          labelSmoothing,
          reference,
          ...alpha,
        }).dataSync()[0]
      const expected = (3 * lossOf([1, 2, 3], [1, 1, 0]) + lossOf([4], [0])) / 4
      expect(Math.abs(metrics.loss - expected), JSON.stringify(options)).toBeLessThan(1e-6)
    }
  })

  it('takes a last batch in which this process has no image: those of the other make the figures whole', async () => {
    // Of five rows in batches of four, this process has the third and the fourth.
    const five = [...rows, row('2', 'R', 0, 'e')]
    async function* parts() {
      const own = { images: Float32Array.of(3, 4), targets: Float32Array.of(0, 0), valid: 2, index: 0, start: 2 }
      yield { ...own, imageIds: ['c', 'd'] }
      yield {
        ...own,
        images: new Float32Array(2),
        targets: new Float32Array(2),
        valid: 0,
        index: 1,
        start: 6,
        imageIds: [],
      }
    }
    const others = [Float32Array.of(1, 2, 0, 0, 5), new Float32Array(5), Float32Array.of(1, 1, 0, 0, 0)]
    const ranks: Ranks = {
      ...oneRank(silentContext),
      rank: 1,
      size: 2,
      async sum(values) {
        values.forEach((own, k) => {
          others[k].forEach((value, i) => {
            own[i] += value
          })
        })
      },
    }
    const loss = (logits: tf.Tensor) => tf.mean(logits) as tf.Scalar
    const metrics = await validate(
      { evaluate, loss, advice, ranks },
      { batchesPerEpoch: 2, epoch: parts as never },
      five,
    )
    expect(metrics.loss).toBe(3)
  })

  it('names the images for which the network gives no numbers', async () => {
    const broken = { run: async () => [Float32Array.of(1, Number.NaN, 2)] }
    const loss = createLoss(lossOptions[0])
    await expect(validate({ evaluate: broken, loss, advice }, loader, rows)).rejects.toThrow(
      'Expected finite logits in validation for the images a, b, c, but received NaN. Lower training.lr.',
    )
  })
})
