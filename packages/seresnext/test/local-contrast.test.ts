import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSeResNeXt, SeResNeXtError } from '../src/index.ts'
import { normalizeLocally } from '../src/local-contrast.ts'

interface Golden {
  readonly air: number
  readonly floor: number
  readonly images: number[][][]
  readonly windows: readonly { readonly window: number; readonly values: number[][][] }[]
}

const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/local-contrast.json', import.meta.url), 'utf8'))
const { air, floor, windows } = golden
const images = () => tf.expandDims<tf.Tensor4D>(tf.tensor3d(golden.images), 3)
const tiny = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('local contrast normalization', () => {
  it.each(windows)('is SciPy’s with a window of $window pixels, to 2e-6', ({ window, values }) => {
    const found = normalizeLocally(images(), { window, air, floor }).dataSync()
    const expected = values.flat(2)
    expect(found.length).toBe(expected.length)
    const gap = expected.reduce((most, value, i) => Math.max(most, Math.abs(found[i] - value)), 0)
    expect(gap).toBeLessThan(2e-6)
  })

  it('leaves air alone at 0, and has a gradient there that is a number', () => {
    const x = tf.zeros<tf.Rank.R4>([1, 8, 8, 1])
    const run = (y: tf.Tensor) => normalizeLocally(y as tf.Tensor4D, { window: 3, air, floor })
    expect(new Set(run(x).dataSync())).toEqual(new Set([0]))
    for (const image of [x, images()]) {
      const gradient = tf
        .grad((y) => tf.sum(tf.square(run(y))))(image)
        .dataSync()
      expect(gradient.every(Number.isFinite)).toBe(true)
    }
  })

  it('makes a network deaf to another brightness and contrast of the tissue', () => {
    const inputNormalization = { window: 9, air: 0, floor: 1e-6 }
    const model = createSeResNeXt({ ...tiny, inputNormalization }, { seed: 5 })
    const plain = createSeResNeXt(tiny, { seed: 5, scope: 'plain' })
    const x = tf.randomUniform<tf.Rank.R4>([1, 32, 32, 1], 0.2, 0.6, 'float32', 7)
    const changed = tf.add<tf.Tensor4D>(tf.mul(x, 0.5), 0.3)
    const logit = (of: typeof model, image: tf.Tensor4D) => of.forward(image, { training: false }).dataSync()[0]
    expect(Math.abs(logit(model, changed) - logit(model, x))).toBeLessThan(1e-4)
    expect(Math.abs(logit(plain, changed) - logit(plain, x))).toBeGreaterThan(1e-3)
    expect([...model.stateDict().keys()]).toEqual([...plain.stateDict().keys()])
    model.dispose()
    plain.dispose()
  })

  it.each([
    { window: 8, air, floor },
    { window: 1, air, floor },
    { window: 9, air, floor: 0 },
    { window: 9, floor },
    { window: 9, air, floor, sigma: 2 },
  ])('refuses %j', (inputNormalization) => {
    const make = () => createSeResNeXt({ inputNormalization: inputNormalization as never })
    expect(make).toThrow(SeResNeXtError)
    expect(make).toThrow(/for inputNormalization but received/)
  })
})
