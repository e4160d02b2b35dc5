import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { expectGradientsLikeEager, expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('softmax, its logarithm and their gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  for (const operation of [(x: tf.Tensor) => tf.softmax(x), (x: tf.Tensor) => tf.logSoftmax(x)]) {
    await expectLikeEager(operation, [normal([2, 3, 5])])
    await expectGradientsLikeEager(operation, [normal([2, 5])])
  }
})
