import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, expect, test } from 'vitest'
import { toOnnx } from '../../src/index.ts'
import { expectGradientsLikeEager, expectLikeEager, normal } from '../compare.ts'

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

test('resizing equals the JavaScript backend, gradients too, |delta| <= 1e-4 of the largest', async () => {
  const x = normal([2, 5, 7, 3])
  // One square image: the JavaScript backend's gradients swap height and width, and read the errors of the wrong image.
  const image = normal([1, 6, 6, 3])
  for (const size of [
    [9, 4],
    [3, 13],
    [1, 7],
  ] as [number, number][])
    for (const [align, half] of [
      [false, false],
      [true, false],
      [false, true],
    ]) {
      await expectLikeEager((v) => tf.image.resizeBilinear(v as tf.Tensor4D, size, align, half), [x], 1e-4)
      await expectLikeEager((v) => tf.image.resizeNearestNeighbor(v as tf.Tensor4D, size, align, half), [x], 1e-4)
      if (half) continue
      await expectGradientsLikeEager((v) => tf.image.resizeBilinear(v as tf.Tensor4D, size, align), [image])
      await expectGradientsLikeEager((v) => tf.image.resizeNearestNeighbor(v as tf.Tensor4D, size, align), [image])
    }
})
