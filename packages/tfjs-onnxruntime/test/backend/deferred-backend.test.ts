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

test('an operation that fails leaves those that do not depend on it, in its graph and in later ones', async () => {
  const good = tf.add(tf.tensor1d([1, 2]), 1)
  const bad = tf.gather(tf.tensor1d([1, 2]), tf.tensor1d([5], 'int32'))
  await Promise.resolve()
  const [later, dependent, sum] = [tf.neg(good), tf.neg(bad), tf.add(tf.tensor1d([1]), 1)]
  await expect(bad.data()).rejects.toMatchObject({ code: 'failed-run' })
  await expect(dependent.data()).rejects.toMatchObject({ code: 'failed-run' })
  expect([...(await good.data()), ...(await later.data()), ...(await sum.data())]).toEqual([2, 3, -2, -3, 2])
})

test('an operation that fails is found by halves, among many that do not depend on it or do', async () => {
  const before = created
  const bad = tf.gather(tf.tensor1d([1, 2]), tf.tensor1d([5], 'int32'))
  const good = Array.from({ length: 64 }, (_, i) => tf.add(tf.tensor1d([i]), 1))
  const other = tf.gather(tf.tensor1d([3, 4]), tf.tensor1d([7], 'int32'))
  const dependent = Array.from({ length: 64 }, (_, i) => tf.add(bad, i))
  const values = await Promise.all(good.map((x) => x.data()))
  expect(values.map(([x]) => x)).toEqual(good.map((_, i) => i + 1))
  for (const x of dependent) await expect(x.data()).rejects.toThrow(/idx=5/)
  await expect(other.data()).rejects.toThrow(/idx=7/)
  // Twice 8 for 130 operations, and what is left after each.
  expect(created - before).toBeLessThanOrEqual(20)
})

test('operations keep their numbers when an array is modified that was read before or after they were called', async () => {
  const x = tf.neg(tf.tensor1d([1, 2]))
  const array = await x.data()
  const before = tf.add(x, 1)
  array.fill(9)
  expect(Array.from(await before.data())).toEqual([0, -1])
  const recorded = tf.add(x, 2)
  x.dataSync().fill(9)
  expect(Array.from(await recorded.data())).toEqual([1, 0])
  const queued = tf.add(x, 3)
  await Promise.resolve()
  x.dataSync().fill(9)
  expect(Array.from(await queued.data())).toEqual([2, 1])
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
