import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { DeferredBackend } from '../../src/backend/deferred-backend.ts'
import type { GraphBuilder } from '../../src/graph/builder.ts'
import type { Value } from '../../src/graph/graph.ts'
import { registerBackend } from '../../src/index.ts'
import { expectClose } from '../compare.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await registerBackend({ intraOpNumThreads: 1 })
  await tf.setBackend('onnxruntime')
})

const backend = () => tf.backend() as DeferredBackend

test('operations run on ONNX Runtime when their numbers are read, at once or awaited', async () => {
  const product = tf.matMul(
    tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
    tf.tensor2d([[1], [1]]),
  )
  expect(Array.from(product.dataSync())).toEqual([3, 7])
  expect(Array.from(await tf.add(product, 1).data())).toEqual([4, 8])
})

test('operations have the numbers of the moment in which they were called, whatever becomes of the arrays', async () => {
  const array = new Float32Array(2)
  const squares = [1, 2, 3].map((x) => tf.square(tf.tensor1d(array.fill(x))))
  expect(squares.map((x) => Array.from(x.dataSync()))).toEqual([
    [1, 1],
    [4, 4],
    [9, 9],
  ])
  const x = tf.tensor1d([1, 2])
  const negative = tf.neg(x)
  x.dataSync().fill(5)
  expect(Array.from(await negative.data())).toEqual([-1, -2])
})

test('operations keep their numbers when an array that was read before them is modified after them', async () => {
  const modify = async (read: (x: tf.Tensor) => Promise<Float32Array>) => {
    // Large enough to be recorded.
    const x = tf.mul(tf.range(0, 5000), -1)
    const array = await read(x)
    const sum = tf.add(x, 0.5)
    array.sort()
    return Array.from(tf.slice(sum, [0], [3]).dataSync())
  }
  expect(await modify(async (x) => x.dataSync() as Float32Array)).toEqual([0.5, -0.5, -1.5])
  expect(await modify(async (x) => (await x.data()) as Float32Array)).toEqual([0.5, -0.5, -1.5])
})

test('a tensor of another backend keeps its numbers when the array that it was made from is modified', async () => {
  const array = new Float32Array(5000).fill(1)
  await tf.setBackend('cpu')
  const x = tf.tensor1d(array)
  await tf.setBackend('onnxruntime')
  const sum = tf.add(x, 1)
  array.fill(9)
  expect(sum.dataSync()[0]).toBe(2)
})

test('reading a tensor costs one copy, which later operations share, not one for each run', async () => {
  const x = tf.neg(tf.range(0, 5000))
  const array = x.dataSync()
  await tf.add(x, 1).data()
  const copy = backend().computedValues(x.dataId)
  expect(copy).not.toBe(array)
  await tf.add(x, 2).data()
  expect(backend().computedValues(x.dataId)).toBe(copy)
})

test('an operation that fails when it runs leaves those that do not depend on it', async () => {
  const failing = [
    () => tf.gather(tf.ones([3, 1000]), tf.tensor1d([5], 'int32')),
    () => tf.transpose(tf.ones([60, 60]), [0, 0]),
    () => tf.pad(tf.ones([60, 60]), [[1, 1]] as unknown as [[number, number], [number, number]]),
  ]
  for (const call of failing) {
    const before = tf.add(tf.ones([3000]), 1)
    const bad = call()
    const dependent = tf.sum(bad)
    const after = [2, 3, 4].map((x) => tf.add(tf.ones([3000]), x))
    const last = tf.sum(before)
    expect(() => bad.dataSync()).toThrow()
    expect(() => dependent.dataSync()).toThrow()
    await expect(bad.data()).rejects.toThrow()
    expect([before, ...after].map((x) => x.dataSync()[0])).toEqual([2, 3, 4, 5])
    expect((await last.data())[0]).toBe(6000)
  }
})

test('a call that throws leaves nothing in the recording', async () => {
  const sum = tf.add(tf.ones([3000]), 1)
  expect(() => tf.matMul(tf.ones([2000]) as tf.Tensor2D, tf.ones([2000]) as tf.Tensor2D, false, true)).toThrow(
    /^Expected a of matMul to have rank 2 or more but received the shape \[2000\]\./,
  )
  const illegal = (b: GraphBuilder, { x }: Readonly<Record<string, Value>>) =>
    b.add('Transpose', [b.reshape(x, [3000, 1])], { perm: [0, -1] })
  const [x, own] = [tf.range(0, 3000), backend()]
  const thrown = () =>
    own.record(
      (b, inputs) => {
        illegal(b, inputs)
        throw new Error('half')
      },
      { x },
      {},
    )
  expect(thrown).toThrow('half')
  const left = own.record((b, inputs) => void illegal(b, inputs), { x }, {})
  expect(left).toBeUndefined()
  expect(sum.dataSync()[0]).toBe(2)
})

test('an index outside of a tensor is an error when the numbers are read, and what follows is computed', async () => {
  const gathered = tf.gather(tf.tensor1d([1, 2]), tf.tensor1d([2], 'int32'))
  expect(() => gathered.dataSync()).toThrow(/^Expected the run to succeed .*Gather/)
  await expect(gathered.data()).rejects.toMatchObject({ code: 'failed-run' })
  expect(Array.from(tf.neg(tf.tensor1d([1])).dataSync())).toEqual([-1])
})

test('kernels without a lowering run on the cpu backend', async () => {
  const { values, indices } = tf.unique(tf.tensor1d([3, 1, 3]))
  expect([Array.from(await values.data()), Array.from(await indices.data())]).toEqual([
    [3, 1],
    [0, 1, 0],
  ])
  expect(await tf.string.stringSplit(['a b'], ' ').values.data()).toEqual(['a', 'b'])
  expect(await tf.concat([tf.tensor1d(['a']), tf.tensor1d(['b'])]).data()).toEqual(['a', 'b'])
  const numbers = tf.complex([3, 5], [4, 12])
  expect(Array.from(await tf.abs(numbers).data())).toEqual([5, 13])
  expect(Array.from(await tf.irfft(tf.rfft(tf.tensor1d([1, 2, 3, 4]))).data())).toEqual([1, 2, 3, 4])
  expect(Array.from(await numbers.data())).toEqual([3, 4, 5, 12])
})

test('a kernel that throws on the cpu backend leaves nothing there', () => {
  const cpu = tf.findBackend('cpu')
  const before = cpu.numDataIds()
  const numbers = tf.complex([3, 5], [4, 12])
  expect(() => tf.slice(numbers, 1, 1)).toThrow()
  expect(cpu.numDataIds()).toBe(before)
  const texts = tf.tensor1d(['a', 'b'])
  expect(() => tf.neg(texts as unknown as tf.Tensor1D)).toThrow()
  expect(cpu.numDataIds()).toBe(before)
})

test('a tensor that the cpu backend passes on is a copy', () => {
  const texts = tf.tensor1d(['a', 'b'])
  const same = tf.reshape(texts, [2, 1])
  expect(backend().computedValues(same.dataId)).not.toBe(backend().computedValues(texts.dataId))
  expect(same.dataSync()).toEqual(['a', 'b'])
})

test('small operations on computed numbers run at once, and give what a graph gives', async () => {
  const small = (seed: number) => tf.randomNormal([3, 4], 0, 1, 'float32', seed)
  const compute = (x: tf.Tensor, y: tf.Tensor) => {
    const product = tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, false, true)
    const rows = tf.gather(tf.concat([x, y]), tf.tensor1d([5, 0, 3], 'int32'))
    const chosen = tf.where(tf.greater(x, y), tf.tanh(x), tf.softmax(y))
    const means = tf.mean(tf.addN([x, y, rows]), 1, true)
    const best = tf.cast(tf.equal(tf.argMax(x, 1), tf.argMax(y, 1)), 'float32')
    return [product, rows, chosen, means, best, tf.transpose(x), tf.reshape(y, [-1]), ...tf.unstack(tf.stack([x, y]))]
  }
  const { kernels } = await tf.profile(() => compute(small(1), small(2))[0])
  expect(kernels.length).toBeGreaterThan(10)
  const here = compute(small(1), small(2))
  // Nothing is left to run: the numbers are there without a flush.
  const backend = tf.backend() as unknown as { valuesAtHand(dataId: object): unknown }
  for (const { dataId } of here) expect(backend.valuesAtHand(dataId)).toBeDefined()
  await tf.setBackend('cpu')
  const there = compute(small(1), small(2)).map((x) => x.dataSync())
  await tf.setBackend('onnxruntime')
  for (const [i, x] of here.entries()) expectClose(x.dataSync(), there[i], 1e-6)
  // Large ones wait for a session.
  const large = tf.matMul(tf.ones([64, 64]), tf.randomNormal([64, 64]))
  expect(backend.valuesAtHand(large.dataId)).toBeUndefined()
})

test('what a small operation gives is not the array of its input', () => {
  const x = tf.tensor1d([1, 2, 3, 4])
  const [y, z] = [tf.reshape(x, [2, 2]), tf.cast(x, 'float32')]
  x.dataSync().fill(9)
  expect(Array.from(y.dataSync())).toEqual([1, 2, 3, 4])
  expect(Array.from(z.dataSync()).length).toBe(4)
})

test('random numbers differ from call to call, and are those of the JavaScript backend for a seed, exactly', async () => {
  const draws = (seed?: number) => [
    tf.randomUniform([9], 0, 1, 'float32', seed),
    tf.randomUniformInt([9], 0, 100, seed),
    tf.truncatedNormal([9], 0, 1, 'float32', seed),
    tf.randomGamma([9], 2, 1, 'float32', seed),
    tf.multinomial(tf.tensor1d([0.1, 0.3, 0.2, 0.4]), 40, seed),
    tf.dropout(tf.ones([40]), 0.5, undefined, seed),
  ]
  const numbers = (seed?: number) => Promise.all(draws(seed).map(async (x) => Array.from(await x.data())))
  const [first, second, seeded] = [await numbers(), await numbers(), await numbers(5)]
  for (const [i, drawn] of first.entries()) expect(second[i]).not.toEqual(drawn)
  await tf.setBackend('cpu')
  expect(seeded).toEqual(await numbers(5))
  await tf.setBackend('onnxruntime')
})

test('no tensors and no data are left behind by a tidy', async () => {
  const before = [tf.memory().numTensors, tf.memory().numDataBuffers]
  const x = tf.tidy(() => tf.relu(tf.sub(tf.mul(tf.ones([4]), 3), tf.range(0, 4))))
  await x.data()
  x.dispose()
  expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before)
})

test('an optimizer of tfjs trains on it as on the JavaScript backend, |delta| <= 1e-5', async () => {
  const train = async () => {
    const weights = tf.variable(tf.tensor1d([0.5, -1]))
    const optimizer = tf.train.adam(0.1)
    const losses: number[] = []
    for (let i = 0; i < 6; i++) {
      const loss = optimizer.minimize(() => tf.sum(tf.square(tf.sub(weights, [1, 2]))) as tf.Scalar, true, [weights])!
      losses.push((await loss.data())[0])
    }
    return losses
  }
  const here = await train()
  await tf.setBackend('cpu')
  const there = await train()
  await tf.setBackend('onnxruntime')
  for (const [i, loss] of there.entries())
    expect(Math.abs(loss - here[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, loss))
})

test('a registered name cannot be registered again', async () => {
  await expect(registerBackend()).rejects.toThrow(/Expected an unused backend name but received onnxruntime/)
})
