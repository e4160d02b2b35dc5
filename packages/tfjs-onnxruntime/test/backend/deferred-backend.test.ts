/** The backend with a runtime that answers later, as in a page. */
import * as tf from '@tensorflow/tfjs'
import * as node from 'onnxruntime-node'
import { beforeAll, expect, test } from 'vitest'
import { trainConvolutionalNetwork } from '../../examples/convolutional-network.ts'
import { EngineError, type Runtime, registerBackend } from '../../src/index.ts'

let created = 0

const runtime = {
  Tensor: node.Tensor,
  InferenceSession: {
    create(model: Uint8Array, options: node.InferenceSession.SessionOptions) {
      created++
      return node.InferenceSession.create(model, options)
    },
  },
} as unknown as Runtime

beforeAll(async () => {
  tf.enableProdMode()
  await registerBackend({ name: 'later', runtime, intraOpNumThreads: 1 })
  await tf.setBackend('later')
})

test('numbers can be awaited, and then read at once', async () => {
  const sum = tf.add(tf.tensor1d([1, 2]), 1)
  const product = tf.mul(sum, sum)
  expect(Array.from(await product.data())).toEqual([4, 9])
  expect(Array.from(product.dataSync())).toEqual([4, 9])
  expect(Array.from(await tf.neg(product).data())).toEqual([-4, -9])
})

test('dataSync of what is not computed says what to do', () => {
  const read = () => tf.neg(tf.tensor1d([1, 2])).dataSync()
  expect(read).toThrow(EngineError)
  expect(read).toThrow(/dataSync\(\) but received a pending tensor \[2\]\. Await its data\(\) instead/)
})

test('categories can be drawn from what is not computed yet', async () => {
  const drawn = await tf.multinomial(tf.log(tf.tensor1d([0.5, 0, 0.5])), 40).data()
  expect(new Set(drawn)).toEqual(new Set([0, 2]))
})

test('operations that follow one another before anything is computed are computed in order', async () => {
  const x = tf.variable(tf.scalar(1))
  const readings: Promise<unknown>[] = []
  for (let i = 0; i < 5; i++) {
    x.assign(tf.mul(x, 2))
    readings.push(x.data().then(([value]) => value))
    await Promise.resolve()
  }
  expect(await Promise.all(readings)).toEqual([2, 4, 8, 16, 32])
})

test('graphs of the same structure share a session', async () => {
  const compute = async (value: number) => (await tf.exp(tf.sub(tf.tensor1d([value, 3, 4]), 1)).data())[0]
  await compute(1)
  const before = created
  expect(await compute(1)).toBe(1)
  expect(await compute(2)).toBeCloseTo(Math.E, 5)
  expect(created).toBe(before)
})

test('model.fit trains and predicts as on the JavaScript backend, |delta| <= 1e-3', async () => {
  const here = await trainConvolutionalNetwork(2)
  await tf.setBackend('cpu')
  const there = await trainConvolutionalNetwork(2)
  await tf.setBackend('later')
  for (const [i, loss] of there.entries()) expect(Math.abs(here[i] - loss)).toBeLessThanOrEqual(1e-3)
})

test('a provider that does not exist is an error, as is one that the platform lacks, and the next is used where there is one', async () => {
  await expect(registerBackend({ name: 'none', executionProviders: ['nonsense', 'cpu'] })).rejects.toThrow(
    /received nonsense\./,
  )
  await expect(registerBackend({ name: 'none', executionProviders: ['webnn'] })).rejects.toThrow(/received webnn:/)
  await registerBackend({ name: 'second', executionProviders: ['webnn', 'cpu'] })
  await tf.setBackend('second')
  expect(tf.add(1, 2).dataSync()[0]).toBe(3)
  await tf.setBackend('later')
})
