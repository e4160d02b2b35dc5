import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { expectLikeEager, normal, uniform, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('statistics of another axis than the last broadcast, where the JavaScript backend takes them for those of the last, |delta| <= 1e-5', async () => {
  const normalize = (...[x, mean, variance, offset, scale]: tf.Tensor[]) =>
    tf.batchNorm(x, mean, variance, offset, scale, 1e-3)
  const composed = (...[x, mean, variance, offset, scale]: tf.Tensor[]) =>
    tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), scale), offset)
  const inputs = [
    normal([2, 5, 3]),
    normal([1, 5, 1]),
    uniform([1, 5, 1], 0.5, 2),
    normal([1, 5, 1]),
    normal([1, 5, 1]),
  ]
  await expectLikeEager(normalize, inputs, 1e-5, composed)
})
