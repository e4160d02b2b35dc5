import { rmSync } from 'node:fs'
import { createSeResNeXt, type SeResNeXt } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { foldToGray, loadPretrained } from '../src/index.ts'
import { commit, startHub } from './hub-server.ts'
import { makeWeightsFiles, name, stemFilter, temporaryFolder } from './weights-files.ts'

const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const
const narrow = { layers: [1], channels: [16], cardinality: 2, baseWidth: 32 }

let models: SeResNeXt[] = []

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

afterEach(() => {
  for (const model of models) model.dispose()
  models = []
})

describe('foldToGray', () => {
  it.each([
    ['plain', 'conv1'],
    ['deep', 'conv1.0'],
  ] as const)('gives a %s stem the output for gray in three channels, but at the border', (stemType, firstConv) => {
    const config = { ...narrow, stemType, stemWidth: 8 }
    const color = createSeResNeXt({ ...config, inChannels: 3 }, { seed: 5 })
    const gray = createSeResNeXt(config, { scope: 'gray' })
    models = [color, gray]
    const normalization = { mean: 0.3, std: 0.2 }
    gray.loadStateDict(foldToGray(color.stateDict(), { firstConv, ...imageNet }, normalization))
    const image = tf.randomUniform<tf.Rank.R4>([1, 32, 32, 1], 0, 1, 'float32', 3)
    const normalized = (mean: readonly number[], std: readonly number[]) =>
      tf.div(tf.sub(image, tf.tensor1d([...mean])), tf.tensor1d([...std])) as tf.Tensor4D
    const stem = (model: SeResNeXt, x: tf.Tensor4D) =>
      tf.slice(model.forwardIntermediates(x, { training: false })[0], [0, 4, 4, 0], [1, 8, 8, -1]).dataSync()
    const expected = stem(color, normalized(imageNet.mean, imageNet.std))
    const found = stem(gray, normalized([normalization.mean], [normalization.std]))
    expect(Math.max(...expected)).toBeGreaterThan(0.5)
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(1e-5)
  })
})

describe('loadPretrained', () => {
  it('makes the network of the weights for one gray channel, with what config.json says of them', async () => {
    const hub = await startHub(await makeWeightsFiles())
    const cacheDir = temporaryFolder()
    const { model, weights, normalization } = await loadPretrained(name, { endpoint: hub.endpoint, cacheDir })
    models = [model]
    expect(weights.config).toMatchObject({ license: 'apache-2.0', interpolation: 'bicubic', inputSize: [3, 224, 224] })
    expect(weights.origin).toBe(`timm/${name}@${commit}`)
    expect(normalization.mean[0]).toBeCloseTo(0.449, 6)
    expect(normalization.std[0]).toBeCloseTo(0.226, 6)
    const filter = model.stateDict().get('conv1.weight')?.data as Float32Array
    const summed = [0, 1, 2].reduce((sum, c) => sum + (stemFilter(c * 49 + 5) * 0.226) / imageNet.std[c], 0)
    expect(filter[5]).toBeCloseTo(summed, 5)
    rmSync(cacheDir, { recursive: true })
  })
})
