import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { expectGradientsLikeEager, expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('local response normalization and dilation equal the JavaScript backend, gradients too, |delta| <= 1e-4 of the largest', async () => {
  const respond = (x: tf.Tensor) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 0.3, 0.6)
  await expectLikeEager(respond, [normal([2, 3, 3, 6])])
  await expectGradientsLikeEager(respond, [normal([2, 3, 3, 6])])
  for (const [strides, pad, rate] of [
    [1, 'same', 1],
    [2, 'valid', 1],
    [1, 'same', 2],
  ] as const) {
    const dilate = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, strides, pad, rate)
    await expectLikeEager(dilate, [normal([2, 6, 7, 3]), normal([2, 3, 3])])
    await expectGradientsLikeEager(dilate, [normal([1, 6, 7, 3]), normal([2, 3, 3])])
  }
})
