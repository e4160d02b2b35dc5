import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { compile, registerBackend } from '../../src/index.ts'
import { expectClose, expectLikeEager, integers, normal, useJavaScriptBackend } from '../compare.ts'
import { exceptions, type LayerCase, layerCases, randomLayers, readingLayers } from './layer-cases.ts'

useJavaScriptBackend()

test('each layer that tfjs-layers exports has a case here, or a reason for having none', () => {
  const known = [layerCases, randomLayers, readingLayers, exceptions].flatMap((table) => Object.keys(table))
  expect(known.sort()).toEqual(Object.keys(tf.layers).sort())
})

function inputsOf({ shapes, below }: LayerCase): tf.Tensor[] {
  return shapes.map((shape) => (below === undefined ? normal(shape) : integers(shape, 0, below)))
}

function apply(layer: tf.layers.Layer, inputs: readonly tf.Tensor[], training: boolean): tf.Tensor {
  return layer.apply(inputs.length === 1 ? inputs[0] : [...inputs], { training }) as tf.Tensor
}

test.each(Object.entries(layerCases))(
  '%s gives what it gives on the JavaScript backend, in training and in inference, |delta| <= 1e-4 of the largest',
  async (_, cases) => {
    for (const layerCase of cases) {
      const [layer, inputs] = [layerCase.layer(), inputsOf(layerCase)]
      // A layer makes its weights when it is first applied.
      apply(layer, inputs, true)
      for (const training of [true, false]) await expectLikeEager((...xs) => apply(layer, xs, training), inputs, 1e-4)
    }
  },
)

test.each(Object.entries(layerCases))(
  'gradients of %s for inputs and weights are those of the JavaScript backend, |delta| <= 1e-3 of the largest',
  async (_, cases) => {
    for (const layerCase of cases.filter(({ withoutGradient }) => withoutGradient === undefined)) {
      const [layer, inputs] = [layerCase.layer(), inputsOf(layerCase)]
      const errors = normal(apply(layer, inputs, true).shape)
      const loss = (...xs: tf.Tensor[]) => tf.sum(tf.mul(apply(layer, xs, true), errors)) as tf.Scalar
      const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
      const gradients = (...xs: tf.Tensor[]) => [
        ...(layerCase.below === undefined ? tf.grads((...args: tf.Tensor[]) => loss(...args))(xs) : []),
        ...(weights.length === 0 ? [] : Object.values(tf.variableGrads(() => loss(...xs), weights).grads)),
      ]
      if (layerCase.below === undefined || weights.length > 0) await expectLikeEager(gradients, inputs, 1e-3)
    }
  },
)

test.each(Object.entries(randomLayers))(
  '%s draws other numbers for each run, with the mean and deviation of the JavaScript backend within 4 %% of the deviation',
  async (_, make) => {
    const layer = make()
    const x = tf.fill([200, 200], 1.5)
    const step = await compile((v) => apply(layer, [v], true), [{ shape: [200, 200] }], { seed: 4 })
    const [first, second] = [await step.run(x), await step.run(x)]
    expect(Array.from(first.data.slice(0, 50))).not.toEqual(Array.from(second.data.slice(0, 50)))
    const here = spread(first.data)
    const there = spread(apply(layer, [x], true).dataSync())
    // More than five standard errors of 40,000 numbers.
    expect(Math.abs(here.mean - there.mean)).toBeLessThan(0.04 * there.deviation)
    expect(Math.abs(here.deviation - there.deviation)).toBeLessThan(0.04 * there.deviation)
    await step.dispose()
    await expectLikeEager((v) => apply(layer, [v], false), [normal([3, 4])])
  },
)

test.each(Object.entries(readingLayers))(
  '%s, which reads numbers, gives on the onnxruntime backend what it gives on the JavaScript backend, |delta| <= 1e-5',
  async (_, cases) => {
    if (tf.findBackendFactory('onnxruntime') === null) await registerBackend({ intraOpNumThreads: 1 })
    for (const layerCase of cases) {
      const numbers = inputsOf(layerCase).map((x) => ({ data: x.arraySync(), dtype: x.dtype }))
      const run = async (backend: string) => {
        await tf.setBackend(backend)
        return apply(
          layerCase.layer(),
          numbers.map(({ data, dtype }) => tf.tensor(data as tf.TensorLike, undefined, dtype)),
          true,
        )
      }
      const [there, here] = [await run('cpu'), await run('onnxruntime')]
      expect(here.shape).toEqual(there.shape)
      expectClose(here.dataSync(), there.dataSync(), 1e-5)
      await tf.setBackend('cpu')
    }
  },
)

function spread(numbers: ArrayLike<number>): { mean: number; deviation: number } {
  const values = Array.from(numbers)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) }
}
