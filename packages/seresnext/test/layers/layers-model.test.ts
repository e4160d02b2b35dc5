import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createModel, type ModelName, type ModelOptions, type SeResNeXt } from '../../src/index.ts'
import {
  BlurPool2D,
  createLayersModel,
  GroupedConv2D,
  layersState,
  loadLayersState,
  MaxPool3x3,
  RunningBatchNorm,
  SqueezeExcite,
} from '../../src/layers.ts'

const narrow = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }
const networks: [ModelName, ModelOptions][] = [
  ['seresnext50_32x4d', {}],
  ['seresnext26t_32x4d', { globalPool: 'gem', antiAlias: 'blur' }],
  ['seresnextaa101d_32x8d', { globalPool: 'max' }],
  ['legacy_seresnext50_32x4d', { dropRate: 0 }],
  ['resnext50_32x4d', { numClasses: 3 }],
]

const images = (count = 2) => tf.randomUniform<tf.Rank.R4>([count, 32, 32, 1], -1, 1, 'float32', 5)

/** Scales of residual branches begin with 0: here they are not, so that every layer counts. */
function withBranches(model: SeResNeXt): SeResNeXt {
  for (const [name, variable] of model.variables) {
    if (name.endsWith('bn3.weight')) variable.assign(tf.fill(variable.shape, 0.5))
  }
  return model
}

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('createLayersModel', () => {
  it.each(networks)('%s %j has the weights, logits and running statistics of createModel', (name, options) => {
    const model = withBranches(createModel(name, { ...narrow, ...options, seed: 3 }))
    const layered = createLayersModel(name, { ...narrow, ...options, seed: 3 })
    expect(loadLayersState(layered, model.stateDict())).toEqual({ missing: [], unexpected: [] })
    const x = images()
    const options2 = { training: false }
    expect([...(layered.predict(x) as tf.Tensor).dataSync()]).toEqual([...model.forward(x, options2).dataSync()])
    const trained = (layered.apply(x, { training: true }) as tf.Tensor).dataSync()
    expect([...trained]).toEqual([...model.forward(x, { training: true }).dataSync()])
    const [ours, theirs] = [layersState(layered), model.stateDict()]
    expect(new Map([...ours].sort())).toEqual(new Map([...theirs].sort()))
    model.dispose()
    layered.dispose()
  })

  it('normalizes its input and pools the highest places as createModel does, 1e-6 relative', async () => {
    const inputNormalization = { window: 9, air: -0.9, floor: 0.02 }
    const options = { ...narrow, globalPool: { places: 3, window: 2 }, inputNormalization, seed: 3 } as const
    const layered = createLayersModel('resnext50_32x4d', options)
    const model = createModel('resnext50_32x4d', options)
    const expected = model.forward(images(), { training: false }).dataSync()
    const predicted = (layered.predict(images()) as tf.Tensor).dataSync()
    for (const i of [0, 1]) expect(Math.abs(predicted[i] / expected[i] - 1)).toBeLessThan(1e-6)
    expect(new Map([...layersState(layered)].sort())).toEqual(new Map([...model.stateDict()].sort()))
    expect(layered.getLayer('normalize_input').getConfig()).toMatchObject(inputNormalization)
    expect([layered.getLayer('places').outputShape, layered.outputs[0].shape]).toEqual([
      [null, null, null, 64],
      [null, 1],
    ])
    model.dispose()
    layered.dispose()
  })

  it('draws the weights that createModel draws for the seed', () => {
    const [model, layered] = [
      createModel('seresnet50', { ...narrow, seed: 7 }),
      createLayersModel('seresnet50', { ...narrow, seed: 7 }),
    ]
    expect(layersState(layered).get('layer2.0.conv2.weight')).toEqual(model.stateDict().get('layer2.0.conv2.weight'))
    model.dispose()
    layered.dispose()
  })

  it('prints a summary with timm’s names, of images of any size or a given one', () => {
    const lines: string[] = []
    const layered = createLayersModel('seresnext26d_32x4d', { ...narrow, height: 64, width: 32 })
    layered.summary(undefined, undefined, (line) => lines.push(String(line)))
    expect(lines.find((line) => line.startsWith('layer2.0.conv2'))).toMatch(/\(GroupedCon.*\[null,8,4,8\]/)
    expect(createLayersModel('seresnext26d_32x4d', narrow).outputs[0].shape).toEqual([null, 1])
    layered.dispose()
  })

  it('fits: the loss of a few images falls', async () => {
    const layered = createLayersModel('seresnext26t_32x4d', { ...narrow, seed: 1 })
    layered.compile({ optimizer: tf.train.adam(0.01), loss: tf.losses.sigmoidCrossEntropy })
    const x = images(4)
    const { history } = await layered.fit(x, tf.tensor2d([[0], [1], [0], [1]]), { epochs: 8, batchSize: 4, verbose: 0 })
    expect(Number(history.loss.at(-1))).toBeLessThan(0.6 * Number(history.loss[0]))
    layered.dispose()
  })

  it('is saved and loaded as any LayersModel, with the same logits', async () => {
    const layered = createLayersModel('seresnextaa101d_32x8d', {
      ...narrow,
      globalPool: 'gem',
      dropPathRate: 0.1,
      seed: 2,
    })
    let saved: tf.io.ModelArtifacts | undefined
    await layered.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
      }),
    )
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as tf.io.ModelArtifacts))
    const x = images()
    expect([...(loaded.predict(x) as tf.Tensor).dataSync()]).toEqual([...(layered.predict(x) as tf.Tensor).dataSync()])
    expect(loaded.getLayer('layer1.0.se')).toBeInstanceOf(SqueezeExcite)
    loaded.dispose()
    layered.dispose()
  })

  it('takes a new head on any layer, and trains no frozen layer', async () => {
    const body = createLayersModel('seresnext50_32x4d', { ...narrow, seed: 4 })
    const pooled = tf.layers.globalAveragePooling2d({}).apply(body.getLayer('layer1.0.act3').output)
    const output = tf.layers.dense({ units: 2, activation: 'softmax', name: 'head' }).apply(pooled) as tf.SymbolicTensor
    const model = tf.model({ inputs: body.inputs, outputs: output })
    for (const layer of model.layers) if (layer.name !== 'head') layer.trainable = false
    const before = layersState(model)
    model.compile({ optimizer: tf.train.sgd(0.5), loss: 'categoricalCrossentropy' })
    await model.fit(
      images(),
      tf.tensor2d([
        [0, 1],
        [1, 0],
      ]),
      { epochs: 1, verbose: 0 },
    )
    const after = layersState(model)
    const changed = [...after].filter(([name, { data }]) => data.join() !== before.get(name)?.data.join())
    expect(changed.map(([name]) => name)).toEqual(['head.weight', 'head.bias'])
  })
})

describe('the layers alone', () => {
  it('make a model of one’s own, with shapes that are those of their outputs', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [17, 12, 8] }),
        new GroupedConv2D({ filters: 16, groups: 4, strides: 2 }),
        new RunningBatchNorm(),
        tf.layers.reLU(),
        new SqueezeExcite({ squeezed: 4 }),
        new MaxPool3x3({ strides: 1 }),
        new BlurPool2D(),
        new MaxPool3x3({ ceil: true }),
      ],
    })
    const output = model.predict(tf.ones([1, 17, 12, 8])) as tf.Tensor
    expect([1, ...(model.outputShape as number[]).slice(1)]).toEqual(output.shape)
    expect(output.shape).toEqual([1, 2, 1, 16])
    model.dispose()
  })

  it('normalize by running statistics where they are frozen', () => {
    const layer = new RunningBatchNorm({ name: 'norm' })
    const x = tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1])
    const training = (layer.apply(x, { training: true }) as tf.Tensor).dataSync()
    expect(Math.abs(training.reduce((a, b) => a + b))).toBeLessThan(1e-6)
    layer.trainable = false
    const frozen = layer.apply(x, { training: true }) as tf.Tensor
    expect([...frozen.dataSync()]).toEqual([...(layer.apply(x, { training: false }) as tf.Tensor).dataSync()])
  })
})
