import * as tf from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { GraphBuilder } from '../../src/graph/builder.ts'
import { groupedConv2d, toOnnx } from '../../src/index.ts'
import { foldWeights } from '../../src/onnx/fold-weights.ts'
import { useJavaScriptBackend } from '../compare.ts'
import { describeGraph } from '../graph/describe-graph.ts'

useJavaScriptBackend()

const noise = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)
const positive = (channels: number, seed: number) => tf.add(tf.square(noise([channels], seed)), 0.1) as tf.Tensor1D

const normalize = (x: tf.Tensor4D, seed: number): tf.Tensor4D => {
  const channels = x.shape[3]
  const vector = (at: number) => noise([channels], seed + at) as tf.Tensor1D
  return tf.batchNorm4d(x, vector(0), positive(channels, seed + 1), vector(2), vector(3), 1e-5)
}

/** Whether a file names an operator: names are stored as they are. */
const names = (file: Uint8Array, operator: string): boolean => Buffer.from(file).includes(operator)

test('a file has the normalizations in its convolutions, and computes what tfjs does', async () => {
  const filters = [noise([3, 3, 2, 8], 1), noise([3, 3, 2, 8], 2), noise([1, 1, 8, 80], 3)] as tf.Tensor4D[]
  const bias = noise([80], 4)
  const network = (x: tf.Tensor4D) => {
    const first = tf.relu(normalize(tf.conv2d(x, filters[0]!, 1, 'same'), 10))
    const grouped = tf.relu(normalize(groupedConv2d(first, filters[1]!, 1, 1, 4), 20))
    return normalize(tf.add(tf.conv2d(grouped, filters[2]!, 1, 'same'), bias), 30)
  }
  const file = toOnnx((x: tf.Tensor4D) => ({ y: network(x) }), [{ shape: [null, 6, 5, 2], name: 'x' }])
  expect(names(file, 'BatchNormalization')).toBe(false)
  const session = await InferenceSession.create(file)
  const x = noise([3, 6, 5, 2], 5) as tf.Tensor4D
  const { y } = await session.run({ x: new Tensor('float32', x.dataSync() as Float32Array, x.shape) })
  const want = network(x).dataSync()
  const largest = want.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  for (const [i, value] of (y!.data as Float32Array).entries())
    expect(Math.abs(value - want[i]!)).toBeLessThan(1e-5 * largest)
  await session.release()
})

test('a convolution that is read elsewhere keeps its normalization', () => {
  const b = new GraphBuilder()
  const x = b.input([1, 2, 4, 4], 'float32')
  const conv = b.add('Conv', [x, b.constant([1, 2, 3, 4], [2, 2, 1, 1], 'float32')], { group: 1 })
  const vectors = [1, 2, 3, 4].map((value) => b.constant([value, value + 1], [2], 'float32'))
  const y = b.add('BatchNormalization', [conv, ...vectors], { epsilon: { float: 1e-5 } })
  const describe = (outputs: (typeof y)[]) => describeGraph(foldWeights(b.finish(outputs), { isHalf: false }))
  expect(describe([y, conv]).join()).toContain('BatchNormalization')
  expect(describe([y]).join()).not.toContain('BatchNormalization')
})

const sizeOf = (network: (x: tf.Tensor4D) => tf.Tensor, precision: 'float32' | 'float16' | 'int8') =>
  toOnnx(network, [{ shape: [1, 4, 4, 128] }], { precision }).length

test.each(['float32', 'float16', 'int8'] as const)('%s: a filter of four convolutions is stored once', (precision) => {
  const [filter, bias] = [noise([3, 3, 128, 128], 1) as tf.Tensor4D, noise([128], 2)]
  const once = (x: tf.Tensor4D) => tf.relu(tf.add(tf.conv2d(x, filter, 1, 'same'), bias)) as tf.Tensor4D
  const fourTimes = (x: tf.Tensor4D) => once(once(once(once(x))))
  expect(sizeOf(fourTimes, precision) / sizeOf(once, precision)).toBeLessThan(1.2)
  const normalized = (x: tf.Tensor4D) => tf.relu(normalize(tf.conv2d(x, filter, 1, 'same'), 40)) as tf.Tensor4D
  expect(sizeOf((x) => normalized(normalized(x)), precision) / sizeOf(normalized, precision)).toBeLessThan(1.2)
})

test('with an open height and width, a convolution with a stride has its normalizations in it', () => {
  const filter = noise([3, 3, 2, 8], 1) as tf.Tensor4D
  const network = (x: tf.Tensor4D) => normalize(tf.conv2d(x, filter, 2, 'same'), 10)
  expect(names(toOnnx(network, [{ shape: [null, null, null, 2] }]), 'BatchNormalization')).toBe(false)
  const twice = (x: tf.Tensor4D) => normalize(network(x), 20)
  expect(names(toOnnx(twice, [{ shape: [null, null, null, 2] }]), 'BatchNormalization')).toBe(false)
})

test('half precision keeps the digits of weights that a normalization would make too small', async () => {
  const filter = tf.mul(noise([3, 3, 2, 8], 1), 0.3) as tf.Tensor4D
  const vector = (value: number) => tf.fill([8], value) as tf.Tensor1D
  const network = (x: tf.Tensor4D) => {
    const y = tf.conv2d(tf.mul(x, 1e3) as tf.Tensor4D, filter, 1, 'same')
    return { y: tf.batchNorm4d(y, vector(0), vector(1e6), vector(0), vector(0.01), 1e-5) }
  }
  const file = toOnnx(network, [{ shape: [1, 8, 8, 2], name: 'x' }], { precision: 'float16' })
  const session = await InferenceSession.create(file)
  const x = noise([1, 8, 8, 2], 3) as tf.Tensor4D
  const { y } = await session.run({ x: new Tensor('float32', x.dataSync() as Float32Array, x.shape) })
  const want = network(x).y.dataSync()
  const largest = want.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  const worst = want.reduce((max, value, i) => Math.max(max, Math.abs(value - Number(y!.data[i]))), 0)
  expect(worst / largest).toBeLessThan(1e-3)
  await session.release()
})
