import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSeResNeXt } from '../src/index.ts'
import { meanOfHighest } from '../src/places.ts'

// Without squeeze-and-excitation, which looks at the whole image, a network is a function of each place.
const tiny = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8, squeezeExcite: false }
const top = { places: 3, window: 2 }
const inference = { training: false }

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('globalPool { places, window }', () => {
  const model = () => createSeResNeXt({ ...tiny, globalPool: top }, { seed: 5 })
  const images = () => tf.randomUniform<tf.Rank.R4>([2, 40, 32, 1], -1, 1, 'float32', 7)

  it('makes the logit the mean of the logits of the three highest places', () => {
    const network = model()
    const features = network.forwardFeatures(images(), inference)
    const [n, h, w, channels] = features.shape
    const places = network.places(features)
    expect(places.shape).toEqual([n, h - 1, w - 1, channels])
    const logits = network.classify(tf.reshape(places, [-1, channels])).dataSync()
    const found = network.forward(images(), inference).dataSync()
    for (const image of [0, 1]) {
      const own = [...logits.subarray(image * (h - 1) * (w - 1), (image + 1) * (h - 1) * (w - 1))]
      const [a, b, c] = own.sort((x, y) => y - x)
      expect(Math.abs(found[image] - (a + b + c) / 3)).toBeLessThan(1e-5)
    }
    network.dispose()
  })

  it('is the average where an image is a single place: a patch', () => {
    const [network, average] = [model(), createSeResNeXt(tiny, { seed: 5, scope: 'average' })]
    const patch = tf.slice(images(), [0, 0, 0, 0], [2, 16, 16, 1])
    expect(network.forwardFeatures(patch, inference).shape.slice(1, 3)).toEqual([2, 2])
    expect([...network.forward(patch, inference).dataSync()]).toEqual([...average.forward(patch, inference).dataSync()])
    network.dispose()
    average.dispose()
  })

  it('passes the gradient to the places that it chose, and chooses the first of equal ones', () => {
    const x = tf.tensor4d([1, 5, 2, 5, 5, 0], [1, 2, 3, 1])
    const pooled = (y: tf.Tensor) => tf.sum(meanOfHighest(y as tf.Tensor4D, 2, (scores) => scores))
    expect(pooled(x).dataSync()[0]).toBe(5)
    expect([...tf.grad(pooled)(x).dataSync()]).toEqual([0, 0.5, 0, 0.5, 0, 0])
  })

  it('refuses several classes, other keys, and images of less than a place', () => {
    expect(() => createSeResNeXt({ ...tiny, globalPool: top, numClasses: 2 })).toThrow(/for numClasses/)
    expect(() => createSeResNeXt({ ...tiny, globalPool: { places: 3 } as never })).toThrow(/for globalPool/)
    expect(() => createSeResNeXt({ ...tiny, globalPool: { ...top, stride: 2 } as never })).toThrow(/for globalPool/)
    const network = model()
    const small = tf.zeros<tf.Rank.R4>([1, 8, 8, 1])
    expect(() => network.forward(small, inference)).toThrow(/Expected at least 2 x 2 cells/)
    network.dispose()
  })
})
