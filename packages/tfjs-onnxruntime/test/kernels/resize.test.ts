import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, expect, test } from 'vitest'
import { toOnnx } from '../../src/index.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

test('doubling an image leaves the batch size open', async () => {
  const double = (x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [4, 6])
  const session = await InferenceSession.create(toOnnx(double, [{ shape: [null, 2, 3, 1], name: 'x' }]))
  for (const batch of [1, 3]) {
    const data = Float32Array.from({ length: batch * 6 }, (_, i) => i)
    const { output0 } = await session.run({ x: new Tensor('float32', data, [batch, 2, 3, 1]) })
    expect(output0.dims).toEqual([batch, 4, 6, 1])
    expect(output0.data).toEqual(double(tf.tensor4d(data, [batch, 2, 3, 1])).dataSync())
  }
  await session.release()
})
