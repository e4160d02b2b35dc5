import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { trainConvolutionalNetwork } from '../../examples/convolutional-network.ts'
import { trainLstmClassifier } from '../../examples/lstm-classifier.ts'
import { createTransformer } from '../../examples/transformer.ts'
import { compile, registerBackend, toOnnx } from '../../src/index.ts'
import { onProvider, provider } from '../provider.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await registerBackend(onProvider)
})

async function onBoth<Result>(run: () => Promise<Result>): Promise<[Result, Result]> {
  await tf.setBackend('cpu')
  const there = await run()
  await tf.setBackend('onnxruntime')
  return [await run(), there]
}

/** A GPU sums in another order, and training carries that on. */
const tolerance = provider === 'cpu' ? 1e-5 : 1e-3

function expectSameCurve(here: readonly number[], there: readonly number[]): void {
  expect(here.length).toBe(there.length)
  for (const [i, loss] of there.entries())
    expect(Math.abs(here[i] - loss)).toBeLessThanOrEqual(tolerance * Math.max(1, loss))
  expect(here[here.length - 1]).toBeLessThan(0.85 * here[0])
}

test('a convolutional LayersModel with dropout and batch normalization fits as on the JavaScript backend, |delta| <= 1e-5', async () => {
  const [here, there] = await onBoth(() => trainConvolutionalNetwork(8))
  expectSameCurve(here, there)
})

test('an LSTM classifier fits as on the JavaScript backend, |delta| <= 1e-5', async () => {
  const [here, there] = await onBoth(() => trainLstmClassifier(10))
  expectSameCurve(here, there)
})

test('the compiled step of a transformer trains as the JavaScript backend does, |delta| <= 1e-5', async () => {
  await tf.setBackend('cpu')
  const [compiled, eager] = [createTransformer(), createTransformer()]
  const step = await compile(compiled.trainStep, [{ shape: [4, 6], dtype: 'int32' }], onProvider)
  const [here, there]: [number[], number[]] = [[], []]
  for (let i = 0; i < 60; i++) {
    const sequences = Int32Array.from({ length: 24 }, (_, k) => (k * 7 + 3 * (i % 3)) % 8)
    here.push((await step.run(sequences)).data[0])
    there.push(tf.tidy(() => eager.trainStep(tf.tensor2d(sequences, [4, 6], 'int32'))).dataSync()[0])
  }
  expectSameCurve(here, there)
  await step.dispose()
})

test('a LayersModel is exported to ONNX with an open batch size, and runs in onnxruntime as it predicts, |delta| <= 1e-5', async () => {
  await tf.setBackend('cpu')
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 5, activation: 'softmax' }),
    ],
  })
  const bytes = toOnnx(model, [{ shape: [null, 8, 8, 3], name: 'images' }], {
    outputNames: ['probabilities'],
    metadata: { author: 'test' },
  })
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(bytes)
  for (const batch of [1, 5]) {
    const images = tf.randomNormal([batch, 8, 8, 3])
    const { probabilities } = await session.run({
      images: new Tensor('float32', images.dataSync() as Float32Array, images.shape),
    })
    const want = (model.predict(images) as tf.Tensor).dataSync()
    expect(probabilities.dims).toEqual([batch, 5])
    for (const [i, value] of want.entries())
      expect(Math.abs((probabilities.data[i] as number) - value)).toBeLessThanOrEqual(1e-5)
  }
  await session.release()
})
