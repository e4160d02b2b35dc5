/** A backend like TensorFlow's, whose kernels take 'same' and 'valid' alone: tfjs's own, with that check in front. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createModel, type ModelName, type ModelOptions } from '../src/index.ts'

const windowed = new Set([
  'Conv2D',
  'Conv2DBackpropInput',
  'Conv2DBackpropFilter',
  'MaxPool',
  'MaxPoolGrad',
  'AvgPool',
  'AvgPoolGrad',
])

beforeAll(() => {
  tf.enableProdMode()
  tf.registerBackend('strict', () => new (tf.backend().constructor as new () => tf.KernelBackend)())
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      ...kernel,
      backendName: 'strict',
      kernelFunc: (params) => {
        const pad = (params.attrs as { pad?: unknown } | undefined)?.pad
        if (windowed.has(kernel.kernelName) && pad !== 'same' && pad !== 'valid') {
          throw new Error(`TF Backend supports only 'valid' and 'same' padding while padding was ${pad}`)
        }
        return kernel.kernelFunc(params)
      },
    })
  }
})

afterAll(() => tf.removeBackend('strict'))

const narrow = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }

it.each<[ModelName, ModelOptions]>([
  ['seresnext50_32x4d', {}],
  ['seresnext26t_32x4d', {}],
  ['seresnext26d_32x4d', { antiAlias: 'blur', globalPool: 'max' }],
  ['seresnextaa101d_32x8d', {}],
  ['legacy_seresnext50_32x4d', {}],
])('%s %j trains where kernels take no padding by numbers, with the same numbers', async (name, options) => {
  const results: number[][] = []
  for (const backend of ['cpu', 'strict']) {
    await tf.setBackend(backend)
    const model = createModel(name, { ...narrow, ...options, dropRate: 0, seed: 13 })
    const x = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 1], -1, 1, 'float32', 5)
    const loss = () => tf.mean(tf.square(model.forward(x, { training: true }))) as tf.Scalar
    const { value, grads } = tf.variableGrads(loss, [...model.trainableVariables])
    const [first] = model.trainableVariables
    results.push([value.dataSync()[0], ...grads[first.name].dataSync()])
    model.dispose()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[0].length).toBeGreaterThan(50)
})
