/** A network that pools its highest places and normalizes its input, in the engine and in an exported file. */
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Classifier, exportedMap, exportOnnx, openClassifier, openModel } from '../../src/index.ts'
import { exampleImage, exampleImages, exampleModel, exampleWeights } from './example-network.ts'

const model = {
  ...exampleModel,
  squeezeExcite: false,
  globalPool: { places: 2, window: 2 },
  inputNormalization: { window: 9, air: 0.02, floor: 0.02 },
}
const config = { model, image: { ...exampleImage, mean: 0, std: 1 } }
const grid = { height: 3, width: 2, offset: 16.5, stride: 32 }
const weights = exampleWeights(model)
const metadata = {
  'mammokit.kind': 'mammogram-classifier',
  'mammokit.input': JSON.stringify({ height: exampleImage.height, width: exampleImage.width }),
  'mammokit.preprocess': '{}',
  'mammokit.preprocessHash': '0123456789abcdef',
  'mammokit.selection': JSON.stringify({
    checkpoint: 'epoch-002',
    subset: 'val',
    aggregation: 'max',
    threshold: 0.25,
    calibration: { method: 'none' },
  }),
  'mammokit.checkpointHash': 'fedcba9876543210',
  'mammokit.activationMap': JSON.stringify(exportedMap(config)),
}

let classifier: Classifier
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mammokit-places-'))
  classifier = await openClassifier(config, { threads: 1 })
  await classifier.load(weights)
})
afterAll(async () => {
  await classifier.dispose()
  await rm(folder, { recursive: true })
})

describe('a network that pools its highest places', () => {
  it('has the places as its map: the mean of the highest two is the logit less the bias', async () => {
    const found = await classifier.explain(exampleImages)
    expect(found.map(({ probability }) => probability)).toEqual(await classifier.classify(exampleImages))
    const [bias] = weights.get('fc.bias')!.data as Float32Array
    for (const { logit, map } of found) {
      expect(map).toMatchObject(grid)
      const [first, second] = [...map.data].sort((a, b) => b - a)
      expect(Math.abs((first! + second!) / 2 + bias! - logit)).toBeLessThanOrEqual(1e-5)
      expect(new Set(map.data).size).toBe(6)
    }
  })

  it('has maps by gradients of the cells, which only the chosen places have', async () => {
    const [{ map }] = (await classifier.explain(exampleImages, { method: 'grad-cam' })) as [{ map: typeof grid }]
    expect(map).toMatchObject({ height: 4, width: 3, offset: 0.5 })
  })

  it('is exported with its normalization and its map', async () => {
    const file = join(folder, 'places.onnx')
    writeFileSync(file, await exportOnnx(config, weights, { metadata }))
    const opened = await openModel({ file, threads: 1 })
    const [ours] = await classifier.explain(exampleImages)
    const { probability, map } = await opened.explain(exampleImages[0]!)
    expect(Math.abs(probability - ours!.probability)).toBeLessThanOrEqual(1e-5)
    expect(map).toMatchObject(grid)
    map!.data.forEach((value, i) => {
      expect(Math.abs(value - ours!.map.data[i]!)).toBeLessThanOrEqual(1e-4)
    })
    await opened.dispose()
  })
})
