import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { expectGradientsLikeEager, expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('products of matrices with broadcast batches and their gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  for (const [ta, tb] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    const multiply = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ta, tb)
    await expectLikeEager(multiply, [normal(ta ? [4, 3] : [3, 4]), normal(tb ? [5, 4] : [4, 5])])
    await expectLikeEager(multiply, [normal(ta ? [2, 4, 3] : [2, 3, 4]), normal(tb ? [1, 5, 4] : [1, 4, 5])])
    await expectGradientsLikeEager(multiply, [normal(ta ? [2, 4, 3] : [2, 3, 4]), normal(tb ? [2, 5, 4] : [2, 4, 5])])
  }
})

test('fused products equal the JavaScript backend, gradients too, |delta| <= 1e-4 of the largest', async () => {
  for (const activation of ['linear', 'relu', 'sigmoid', 'elu', 'relu6'] as const) {
    const fused = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) => tf.fused.matMul({ a, b, bias, activation })
    await expectLikeEager(fused, [normal([3, 4]), normal([4, 5]), normal([5])])
    if (activation !== 'sigmoid') await expectGradientsLikeEager(fused, [normal([3, 4]), normal([4, 5]), normal([5])])
  }
})

test('einsum, dot and outer product equal the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  await expectLikeEager((a, b) => tf.einsum('ijk,ikl->ijl', a, b), [normal([2, 3, 4]), normal([2, 4, 5])])
  await expectLikeEager(
    (a, b) => [tf.dot(a, b), tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D)],
    [normal([4]), normal([4])],
  )
})
