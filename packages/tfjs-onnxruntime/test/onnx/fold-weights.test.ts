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
  const describe = (outputs: (typeof y)[]) => describeGraph(foldWeights(b.finish(outputs)))
  expect(describe([y, conv]).join()).toContain('BatchNormalization')
  expect(describe([y]).join()).not.toContain('BatchNormalization')
})
