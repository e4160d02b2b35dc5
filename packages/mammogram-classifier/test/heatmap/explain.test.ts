import { createSeResNeXt, modelConfig, type StateDict } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Classifier, cellGrid, openClassifier } from '../../src/index.ts'
import { exampleImage, exampleImages, exampleModel, exampleWeights } from './example-network.ts'

let classifier: Classifier
const weights = exampleWeights(exampleModel)
beforeAll(async () => {
  classifier = await openClassifier({ model: exampleModel, image: exampleImage }, { threads: 1 })
  await classifier.load(weights)
})
afterAll(() => classifier.dispose())

describe('explain', () => {
  it('gives the probabilities of classify, and a map whose mean is the logit less the bias', async () => {
    const found = await classifier.explain(exampleImages)
    expect(found.map(({ probability }) => probability)).toEqual(await classifier.classify(exampleImages))
    const [bias] = weights.get('fc.bias')!.data as Float32Array
    for (const { logit, map } of found) {
      expect(map).toMatchObject({ height: 4, width: 3, offset: 0.5, stride: 32 })
      const mean = map.data.reduce((sum, value) => sum + value, 0) / map.data.length
      expect(Math.abs(mean + bias! - logit)).toBeLessThanOrEqual(1e-5)
    }
  })

  it('gives in its last stage the same by gradients, divided by the number of cells', async () => {
    const [plain] = await classifier.explain(exampleImages.slice(0, 1))
    const [graded] = await classifier.explain(exampleImages.slice(0, 1), { method: 'grad-cam' })
    graded!.map.data.forEach((value, i) => {
      expect(Math.abs(12 * value - plain!.map.data[i]!)).toBeLessThanOrEqual(1e-5)
    })
  })

  it('follows new weights', async () => {
    const [before] = await classifier.explain(exampleImages.slice(0, 1))
    const turned = new Map(weights)
    const last = weights.get('fc.weight')!
    turned.set('fc.weight', { ...last, data: (last.data as Float32Array).map((value) => -value) })
    await classifier.load(turned)
    const [after] = await classifier.explain(exampleImages.slice(0, 1))
    await classifier.load(weights)
    after!.map.data.forEach((value, i) => {
      expect(Math.abs(value + before!.map.data[i]!)).toBeLessThanOrEqual(1e-5)
    })
  })

  it('refuses what the network does not have, by name', async () => {
    await expect(classifier.explain(exampleImages, { method: 'cam', stage: 2 })).rejects.toMatchObject({
      code: 'map-undefined',
      message:
        'Expected average pooling and the last stage for the method cam but received avg pooling and stage 2 of 4. Use grad-cam.',
    })
    await expect(classifier.explain(exampleImages, { stage: 5 })).rejects.toThrow(
      'from 1 to 4 for stage but received 5',
    )
    const bad = { method: 'lime' as 'cam' }
    await expect(classifier.explain(exampleImages, bad)).rejects.toThrow('cam, grad-cam, grad-cam++ for method')
  })

  it('leaves no tensor behind', async () => {
    const { numTensors } = tf.memory()
    const other = await openClassifier({ model: exampleModel, image: exampleImage }, { threads: 1 })
    await other.load(weights)
    await other.explain(exampleImages, { stage: 3 })
    await other.dispose()
    expect(tf.memory().numTensors).toBe(numTensors)
  })
})

describe('cellGrid', () => {
  const small = { layers: [1, 1, 1], channels: [8, 8, 8], cardinality: 2, baseWidth: 32 }
  it.each([
    ['a plain stem', { ...small, stemWidth: 8 }],
    ['a deep stem', { ...small, stemType: 'deep', stemWidth: 8 }],
    ['blurred pools', { ...small, stemWidth: 8, antiAlias: 'blur' }],
    ['averaging pools', { ...small, stemWidth: 8, antiAlias: 'average', avgDown: true }],
    ['averaging shortcuts alone', { ...small, stemWidth: 8, avgDown: true }],
    ['averaging branches alone', { ...small, stemWidth: 8, antiAlias: 'average' }],
    ["the legacy family's pool", { ...small, stemWidth: 8, family: 'legacy' }],
  ] as const)(
    'is where the gradient of a cell has its center, with %s, within an eighth of a cell',
    async (_, config) => {
      tf.enableProdMode() // without it tfjs prints advice
      await tf.setBackend('cpu')
      const network = createSeResNeXt(
        { ...config, squeezeExcite: false },
        { seed: 3, scope: `grid-${JSON.stringify(config)}` },
      )
      const image = { height: 128, width: 128 }
      network.loadStateDict(averaging(network.stateDict()))
      for (const stage of [1, 3]) {
        const grid = cellGrid(network.config, image, stage)
        const cell = Math.floor(grid.height / 2)
        const { shape, center } = centerOfGradient(network, image.height, stage, cell)
        expect(shape).toEqual([grid.height, grid.width])
        expect(Math.abs(center - (grid.offset + cell * grid.stride))).toBeLessThan(grid.stride / 8)
      }
      network.dispose()
    },
  )

  it('has the cells of every network that timm names at 1024 x 512', () => {
    const image = { height: 1024, width: 512 }
    expect(cellGrid(modelConfig('seresnext50_32x4d'), image, 4)).toEqual({
      height: 32,
      width: 16,
      offset: 0.5,
      stride: 32,
    })
    expect(cellGrid(modelConfig('legacy_seresnext50_32x4d'), image, 4)).toEqual({
      height: 32,
      width: 16,
      offset: 2.5,
      stride: 32,
    })
    expect(cellGrid(modelConfig('seresnextaa101d_32x8d'), image, 4)).toMatchObject({
      height: 32,
      width: 16,
      offset: 15.5,
    })
  })
})

/** Filters that average, and normalizations that change nothing: no ReLU is ever closed, and only the position of maxima is by chance. */
function averaging(state: StateDict): StateDict {
  const constant = (name: string, shape: readonly number[]): number => {
    if (shape.length > 1) return 1 / shape.slice(1).reduce((product, length) => product * length, 1)
    return name.endsWith('weight') || name.endsWith('running_var') ? 1 : 0
  }
  return new Map(
    [...state].map(([name, tensor]) => {
      const data = new Float32Array(tensor.data.length).fill(constant(name, tensor.shape))
      return [name, { ...tensor, data }]
    }),
  )
}

/** Mean position of the gradient of one cell, over both directions and several images. */
function centerOfGradient(network: ReturnType<typeof createSeResNeXt>, side: number, stage: number, cell: number) {
  let [sum, weight, shape] = [0, 0, [] as number[]]
  for (let seed = 1; seed <= (stage === 1 ? 12 : 2); seed++) {
    const x = tf.randomUniform<tf.Rank.R4>([1, side, side, 1], 1, 2, 'float32', seed)
    const grad = tf.grad((input) => {
      const output = network.forwardIntermediates(input as tf.Tensor4D, { training: false })[stage]!
      shape = output.shape.slice(1, 3)
      return tf.sum(tf.slice(output, [0, cell, cell, 0], [1, 1, 1, output.shape[3]]))
    })(x)
    grad.dataSync().forEach((value, i) => {
      for (const position of [i % side, Math.floor(i / side)]) {
        sum += value * (position + 0.5)
        weight += value
      }
    })
    tf.dispose([x, grad])
  }
  return { shape, center: sum / weight }
}
