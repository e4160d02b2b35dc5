import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { batchNormTraining } from '../../src/index.ts'
import { expectGradientsLikeEager, expectLikeEager, normal, uniform, useJavaScriptBackend } from '../compare.ts'

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

test('softmax, its logarithm and their gradients equal the JavaScript backend, |delta| <= 1e-4 of the largest', async () => {
  for (const operation of [(x: tf.Tensor) => tf.softmax(x), (x: tf.Tensor) => tf.logSoftmax(x)]) {
    await expectLikeEager(operation, [normal([2, 3, 5])])
    await expectGradientsLikeEager(operation, [normal([2, 5])])
  }
})

test('batch normalization by given statistics equals the JavaScript backend, gradients too, |delta| <= 1e-4 of the largest', async () => {
  const normalize = (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) =>
    tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 1e-3)
  for (const shape of [
    [2, 3, 4, 5],
    [6, 5],
  ]) {
    const inputs = [normal(shape), normal([5]), uniform([5], 0.5, 2), normal([5]), normal([5])]
    await expectLikeEager(normalize, inputs)
    await expectGradientsLikeEager(normalize, inputs)
  }
  await expectLikeEager(
    (x, mean, variance) => tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D),
    [normal([2, 3, 4, 5]), normal([5]), uniform([5], 0.5, 2)],
  )
})

test('batch normalization by the batch equals its composition, gradients through y and the statistics too, |delta| <= 2e-4 of the largest', async () => {
  const inputs = [normal([3, 4, 5, 6], 0.5), normal([6]), normal([6])]
  const normalize = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    batchNormTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-5)
  await expectLikeEager((...args) => Object.values(normalize(...(args as [tf.Tensor, tf.Tensor, tf.Tensor]))), inputs)
  await expectGradientsLikeEager((x, scale, offset) => normalize(x, scale, offset).y, inputs, 2e-4)
  const all = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => {
    const { y, mean, variance } = normalize(x, scale, offset)
    return tf.add(tf.mul(y, variance), mean)
  }
  await expectGradientsLikeEager(all, inputs, 2e-4)
})

test('blocks of space, batch and channels equal the JavaScript backend, gradients too', async () => {
  await expectLikeEager(
    (x) => [tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'), tf.image.flipLeftRight(x as tf.Tensor4D)],
    [normal([2, 3, 2, 8])],
    0,
  )
  await expectLikeEager(
    (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    [normal([8, 2, 3, 2])],
    0,
  )
  await expectLikeEager(
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    [normal([2, 3, 3, 2])],
    0,
  )
  await expectGradientsLikeEager(
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    [normal([2, 4, 4, 2])],
  )
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
