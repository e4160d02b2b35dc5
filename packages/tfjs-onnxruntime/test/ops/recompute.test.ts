import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { batchNormTraining, compile, recompute } from '../../src/index.ts'
import { expectClose, useJavaScriptBackend } from '../compare.ts'
import { minTolerance, onProvider } from '../provider.ts'

useJavaScriptBackend()

type Segment = (x: tf.Tensor4D) => tf.Tensor4D

/** Two blocks with batch statistics, dropout, and a tensor that the second reads from around it. */
function createNetwork() {
  const noise = (shape: number[], seed: number) => tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed))
  const filters = [noise([3, 3, 2, 4], 1), noise([3, 3, 4, 4], 2)] as tf.Variable<tf.Rank.R4>[]
  const scales = [tf.variable(tf.ones([4])), tf.variable(tf.ones([4]))] as tf.Variable<tf.Rank.R1>[]
  const running = [tf.variable(tf.zeros([4])), tf.variable(tf.zeros([4]))]
  const trained = [...filters, ...scales]
  const block =
    (i: number, drop: number, gate?: tf.Tensor): Segment =>
    (x) => {
      const { y, mean } = batchNormTraining(tf.conv2d(x, filters[i], 1, 'same'), scales[i], tf.zeros([4]), 1e-5)
      running[i].assign(tf.add(tf.mul(running[i], 0.9), tf.mul(mean, 0.1)))
      const kept = tf.dropout(tf.tanh(y), drop)
      return (gate === undefined ? kept : tf.mul(kept, gate)) as tf.Tensor4D
    }
  const loss = (x: tf.Tensor, wrap: (segment: Segment) => Segment, drop: number) => {
    const first = wrap(block(0, drop))(x as tf.Tensor4D)
    const gate = tf.sigmoid(tf.mean(first, [1, 2], true))
    return tf.mean(tf.square(wrap(block(1, drop, gate))(first))) as tf.Scalar
  }
  const gradients = (x: tf.Tensor, wrap: (segment: Segment) => Segment, drop = 0) => {
    const { value, grads } = tf.variableGrads(() => loss(x, wrap, drop), trained)
    return [value, ...trained.map(({ name }) => grads[name])]
  }
  return { gradients, running, dispose: () => tf.dispose([...trained, ...running]) }
}

const plain = (segment: Segment): Segment => segment
const images = () => tf.randomNormal([2, 6, 6, 2], 0, 1, 'float32', 3)

test('gradients of recomputed segments are those of the plain ones, compiled and eager, and batch statistics are updated once, |delta| <= 1e-6', async () => {
  const x = images()
  const found: Float32Array[][] = []
  for (const wrap of [plain, recompute as typeof plain]) {
    const eager = createNetwork()
    const values = eager.gradients(x, wrap).map((tensor) => tensor.dataSync() as Float32Array)
    found.push([...values, ...eager.running.map((variable) => variable.dataSync() as Float32Array)])
    eager.dispose()
    const network = createNetwork()
    const step = await compile(
      (given: tf.Tensor) => network.gradients(given, wrap),
      [{ shape: [2, 6, 6, 2] }],
      onProvider,
    )
    const results = await step.run(x)
    await step.download()
    found.push([
      ...results.map(({ data }) => data as Float32Array),
      ...network.running.map((variable) => (variable.dataSync() as Float32Array).slice()),
    ])
    await step.dispose()
    network.dispose()
  }
  for (const values of found.slice(1)) for (const [i, value] of values.entries()) expectClose(value, found[0][i], 1e-6)
  expect(Math.abs(found[0][5][0])).toBeGreaterThan(1e-3)
})

test('the second computation draws the same dropout as the first: numeric gradients agree, compiled and eager', async () => {
  const weights = tf.variable(tf.randomNormal([64], 0, 1, 'float32', 5))
  const segment = recompute((x: tf.Tensor) => tf.dropout(tf.mul(tf.square(x), weights), 0.5))
  const gradient = (x: tf.Tensor) => {
    const { value, grads } = tf.variableGrads(() => tf.sum(segment(x)), [weights])
    return [value, grads[weights.name]]
  }
  const check = ([value, grad]: ArrayLike<number>[]) => {
    // The sum is linear in the weights: it is their product with the gradient, if both saw the same units.
    const product = weights.dataSync().reduce((sum, weight, i) => sum + weight * grad[i], 0)
    expect(Math.abs(product - value[0])).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value[0])))
    expect(Array.from(grad).filter((g) => g === 0).length).toBeGreaterThan(10)
  }
  const x = tf.linspace(0.5, 2, 64)
  check(gradient(x).map((tensor) => tensor.dataSync()))
  const step = await compile(gradient, [{ shape: [64] }], { ...onProvider, seed: 13 })
  for (let i = 0; i < 3; i++) check((await step.run(x)).map(({ data }) => data))
  await step.dispose()
  weights.dispose()
})

test('ONNX Runtime computes a segment twice in its own optimized graph, and once without recompute', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recompute-'))
  const count = async (wrap: typeof plain, graphOptimizationLevel: 'basic' | 'all'): Promise<number> => {
    const path = join(folder, 'graph.onnx')
    const network = createNetwork()
    const options = { ...onProvider, executionProviders: ['cpu'], graphOptimizationLevel, optimizedModelFilePath: path }
    const step = await compile((x: tf.Tensor) => network.gradients(x, wrap), [{ shape: [2, 6, 6, 2] }], options)
    await step.dispose()
    network.dispose()
    // Nodes are called by their operator and a number.
    return new Set((await readFile(path, 'latin1')).match(/Tanh_\d+/g)).size
  }
  for (const level of ['basic', 'all'] as const) {
    expect(await count(plain, level)).toBe(2)
    expect(await count(recompute as typeof plain, level)).toBe(4)
  }
  await rm(folder, { recursive: true })
})

test('segments may be nested, take and return several tensors, and have gradients of their gradients', async () => {
  const inner = recompute((x: tf.Tensor) => tf.sin(tf.mul(x, x)))
  const outer = recompute((x: tf.Tensor, y: tf.Tensor) => [tf.mul(inner(x), y), tf.cos(tf.add(x, y))])
  const f = (wrapped: boolean) => (x: tf.Tensor, y: tf.Tensor) => {
    const [a, b] = wrapped ? outer(x, y) : [tf.mul(tf.sin(tf.mul(x, x)), y), tf.cos(tf.add(x, y))]
    return tf.sum(tf.mul(a, b)) as tf.Scalar
  }
  const [x, y] = [tf.tensor1d([0.3, -1.2]), tf.tensor1d([0.7, 0.4])]
  const want = tf.grads(f(false) as never)([x, y])
  const got = tf.grads(f(true) as never)([x, y])
  for (const [i, gradient] of got.entries()) expectClose(gradient.dataSync(), want[i].dataSync(), 1e-6)
  const second = (wrapped: boolean) => (a: tf.Tensor) =>
    tf.grad((b: tf.Tensor) => tf.sum(tf.grad((c: tf.Tensor) => f(wrapped)(c, y))(b)))(a)
  expectClose(second(true)(x).dataSync(), second(false)(x).dataSync(), 1e-5)
  const compiled = await compile(second(true), [{ shape: [2] }], onProvider)
  expectClose((await compiled.run(x)).data, second(false)(x).dataSync(), Math.max(1e-5, minTolerance))
  await compiled.dispose()
})

test('tfjs keeps no intermediate values of a segment, and has as many tensors after a gradient as before', () => {
  const x = tf.ones([8])
  const deep = (y: tf.Tensor) => {
    let z = y
    for (let i = 0; i < 20; i++) z = tf.tanh(z)
    return z
  }
  const kept = (segment: typeof deep) => {
    let inside = 0
    const before = tf.memory().numTensors
    const gradient = tf.grad((y: tf.Tensor) => {
      const z = segment(y)
      inside = tf.memory().numTensors - before
      return tf.sum(z)
    })(x)
    gradient.dispose()
    expect(tf.memory().numTensors).toBe(before)
    return inside
  }
  expect(kept(deep)).toBeGreaterThan(20)
  expect(kept(recompute(deep))).toBeLessThan(10)
})

test('outside of a gradient, and after a segment that throws, tfjs is as it was', () => {
  const { runKernel } = tf.engine()
  const [random, { assign }] = [Math.random, tf.Variable.prototype]
  const fails = recompute((): tf.Tensor => {
    throw new Error('inside')
  })
  expect(() => tf.grad(() => fails())(tf.scalar(1))).toThrow('inside')
  expect(recompute((x: tf.Tensor) => tf.neg(x))(tf.scalar(2)).dataSync()[0]).toBe(-2)
  expect([tf.engine().runKernel === runKernel, Math.random === random]).toEqual([true, true])
  expect(tf.Variable.prototype.assign).toBe(assign)
  expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false)
})
