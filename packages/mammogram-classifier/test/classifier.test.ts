import { createSeResNeXt } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Classifier, normalizeImage, openClassifier } from '../src/index.ts'

const model = { layers: [1, 1, 1, 1], channels: [8, 16, 16, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }
const image = { height: 64, width: 32, mean: 0.449, std: 0.226 }
const pixels = image.height * image.width
const pictures = Array.from({ length: 3 }, (_, i) => ({
  data: Uint16Array.from({ length: pixels }, (_, at) => 30_000 + 30_000 * Math.sin(at * (0.1 + i))),
  height: image.height,
  width: image.width,
}))

let classifier: Classifier
beforeAll(async () => {
  classifier = await openClassifier({ model, image }, { threads: 1, batchSize: 2 })
})
afterAll(() => classifier.dispose())

/** Weights from a seed, and the probability that plain tfjs gives with them. */
function reference(seed: number) {
  const network = createSeResNeXt(model, { seed, scope: `reference-${seed}` })
  const probabilities = pictures.map(({ data }) => {
    const input = normalizeImage(data, image)
    const logits = tf.tidy(() =>
      network.forward(tf.tensor4d(input, [1, image.height, image.width, 1]), { training: false }).dataSync(),
    )
    return 1 / (1 + Math.exp(-logits[0]))
  })
  const weights = network.stateDict()
  network.dispose()
  return { weights, probabilities }
}

describe('openClassifier', () => {
  it('refuses images before it has weights', async () => {
    await expect(classifier.classify(pictures)).rejects.toMatchObject({
      name: 'ClassifierError',
      code: 'no-weights',
      message: 'Expected weights for the classifier but received none. Call load first.',
    })
  })

  it('gives the probabilities of plain tfjs, |delta| <= 1e-5, of one set of weights after another, the last batch not full', async () => {
    for (const seed of [1, 2]) {
      const { weights, probabilities } = reference(seed)
      await classifier.load(weights)
      const found = await classifier.classify(pictures)
      expect(found).toHaveLength(3)
      found.forEach((value, i) => {
        expect(Math.abs(value - probabilities[i])).toBeLessThanOrEqual(1e-5)
      })
    }
  })

  it('gives a normalized batch the probabilities of its images', async () => {
    await classifier.load(reference(3).weights)
    const batch = new Float32Array(2 * pixels)
    batch.set(normalizeImage(pictures[0].data, image))
    expect(await classifier.probabilities(batch, 1)).toEqual((await classifier.classify(pictures)).slice(0, 1))
  })

  it('leaves no tensor behind', async () => {
    const { numTensors } = tf.memory()
    const other = await openClassifier({ model, image }, { threads: 1 })
    await other.load(reference(4).weights)
    await other.classify(pictures)
    await other.dispose()
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  it('gives no probability with weights that diverged in training', async () => {
    const { weights } = reference(5)
    const bias = { ...weights.get('fc.bias')!, data: Float32Array.of(Number.NaN) }
    await classifier.load(new Map([...weights, ['fc.bias', bias]]))
    await expect(classifier.classify(pictures)).rejects.toMatchObject({
      code: 'not-finite',
      message:
        'Expected a finite logit for image 0 of the batch but received NaN. ' +
        'The weights diverged in training: choose another checkpoint.',
    })
  })

  it('refuses images of another size, and batches of another length, by name', async () => {
    await classifier.load(reference(1).weights)
    const wide = { ...pictures[0], height: 32, width: 64 }
    await expect(classifier.classify([wide])).rejects.toThrow(
      'Expected 64x32 pixels (height x width) for an image but received 32x64',
    )
    await expect(classifier.probabilities(new Float32Array(3), 1)).rejects.toMatchObject({ code: 'bad-input' })
    await expect(classifier.probabilities(new Float32Array(2 * pixels), 3)).rejects.toThrow('batch size of 2')
    await expect(openClassifier({ model, image }, { batchSize: 0 })).rejects.toThrow('for batchSize but received 0')
  })
})
