import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { test } from 'vitest'
import { compile } from '../../src/index.ts'
import {
  expectClose,
  expectGradientsLikeEager,
  expectLikeEager,
  integers,
  normal,
  useJavaScriptBackend,
} from '../compare.ts'
import { samples } from '../provider.ts'

useJavaScriptBackend()

const small = fc.integer({ min: 1, max: 3 })
const window = fc.record({
  height: fc.integer({ min: 4, max: 8 }),
  width: fc.integer({ min: 4, max: 8 }),
  size: fc.tuple(small, small),
  strides: fc.tuple(small, small),
  pad: fc.constantFrom('same' as const, 'valid' as const),
})

test('pooling of images and its gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  await fc.assert(
    fc.asyncProperty(window, async ({ height, width, size, strides, pad }) => {
      const x = normal([2, height, width, 3])
      for (const pool of [
        (v: tf.Tensor) => tf.maxPool(v as tf.Tensor4D, size, strides, pad),
        (v: tf.Tensor) => tf.avgPool(v as tf.Tensor4D, size, strides, pad),
      ]) {
        await expectLikeEager(pool, [x])
        if (pad === 'valid') await expectGradientsLikeEager(pool, [x])
      }
    }),
    samples(10),
  )
})

test('pooling of whole numbers equals the JavaScript backend exactly', async () => {
  await expectLikeEager((x) => tf.maxPool(x as tf.Tensor4D, 2, 1, 'same'), [integers([1, 4, 5, 2], -9, 9)], 0)
})

test('pooling with padding in numbers and windows that are not square equals the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  for (const [size, strides] of [
    [[3, 2], 1],
    [[3, 2], 2],
    [2, [2, 1]],
  ] as [[number, number] | number, [number, number] | number][])
    await expectLikeEager(
      (x) => [tf.maxPool(x as tf.Tensor4D, size, strides, 1), tf.avgPool(x as tf.Tensor4D, size, strides, 1)],
      [normal([2, 7, 6, 2])],
    )
})

test('pooling of volumes and its gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  for (const [size, strides, pad] of [
    [2, 2, 'same'],
    [2, 1, 'valid'],
    [3, 2, 'same'],
  ] as const)
    for (const pool of [
      (v: tf.Tensor) => tf.maxPool3d(v as tf.Tensor5D, size, strides, pad),
      (v: tf.Tensor) => tf.avgPool3d(v as tf.Tensor5D, size, strides, pad),
    ]) {
      await expectLikeEager(pool, [normal([2, 4, 5, 6, 2])])
      if (pad === 'valid') await expectGradientsLikeEager(pool, [normal([1, 4, 5, 4, 2])])
    }
})

test('max pooling with positions equals the JavaScript backend exactly', async () => {
  for (const withBatch of [false, true])
    await expectLikeEager(
      (x) => Object.values(tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'valid', withBatch)),
      [normal([2, 4, 6, 3])],
      0,
    )
})

test('the gradient of padded pooling is that of its composition, where the JavaScript backend divides by the whole window, |delta| <= 1e-4 of the largest', async () => {
  const ones = tf.ones([3, 3, 2, 1]) as tf.Tensor4D
  const average = (v: tf.Tensor) => tf.avgPool(v as tf.Tensor4D, 3, 2, 'same')
  const composed = (v: tf.Tensor) =>
    tf.div(
      tf.depthwiseConv2d(v as tf.Tensor4D, ones, 2, 'same'),
      tf.depthwiseConv2d(tf.ones([1, 6, 5, 2]) as tf.Tensor4D, ones, 2, 'same'),
    )
  const weights = normal([1, 3, 3, 2])
  const x = normal([1, 6, 5, 2])
  const gradient = (pool: (v: tf.Tensor) => tf.Tensor) =>
    tf.grad((v: tf.Tensor) => tf.mul(pool(v), weights) as tf.Tensor)
  const compiled = await compile((v: tf.Tensor) => gradient(average)(v), [{ shape: [1, 6, 5, 2] }])
  expectClose((await compiled.run(x)).data, gradient(composed)(x).dataSync(), 1e-4)
  await compiled.dispose()
  await expectGradientsLikeEager((v) => tf.maxPool(v as tf.Tensor4D, 3, 2, 'same'), [x])
  await expectGradientsLikeEager((v) => tf.maxPool3d(v as tf.Tensor5D, 3, 2, 'same'), [normal([1, 4, 5, 4, 2])])
})

test('windows that see nothing but padding equal the JavaScript backend, their gradients too, |delta| <= 1e-4 of the largest', async () => {
  const x = normal([1, 3, 4, 2])
  await expectLikeEager((v) => tf.avgPool3d(tf.reshape(v, [1, 3, 2, 2, 2]), 2, 1, 2), [x])
  // The greatest of nothing is the least number, which both backends have their own of.
  const clipped = (v: tf.Tensor) => tf.maximum(tf.maxPool(v as tf.Tensor4D, 2, 1, 3), -9)
  await expectLikeEager(clipped, [x])
  await expectGradientsLikeEager(clipped, [x])
})
