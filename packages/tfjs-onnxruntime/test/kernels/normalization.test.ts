import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { batchNormTraining, compile } from '../../src/index.ts'
import { expectGradientsLikeEager, expectLikeEager, normal, uniform, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const normalize = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
  batchNormTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-5)

test('images of 1,280 pixels are normalized as the composition does it, gradients too, |delta| <= 2e-4 of the largest', async () => {
  const inputs = [normal([2, 32, 40, 3], 0.5), normal([3]), normal([3])]
  await expectLikeEager((...args) => Object.values(normalize(...(args as [tf.Tensor, tf.Tensor, tf.Tensor]))), inputs)
  await expectGradientsLikeEager((x, scale, offset) => normalize(x, scale, offset).y, inputs, 2e-4)
})

test('a normalized image that is scaled by its own means and added to another equals the composition, gradients too, |delta| <= 2e-4 of the largest', async () => {
  const excite = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, residual: tf.Tensor) => {
    const { y } = normalize(x, scale, offset)
    const gate = tf.sigmoid(tf.mean(y, [1, 2], true))
    return tf.relu(tf.add(tf.mul(y, gate), normalize(residual, offset, scale).y))
  }
  const inputs = [normal([2, 12, 16, 3], 0.5), normal([3]), normal([3]), normal([2, 12, 16, 3])]
  await expectLikeEager(excite as never, inputs, 2e-4)
  await expectGradientsLikeEager(excite as never, inputs, 2e-4)
})

test('the variance keeps its digits where the mean is 1,000 times the deviation: 1e-3 of the variance in float64', async () => {
  const shape = [2, 16, 20, 2]
  const x = Float32Array.from({ length: 2 * 16 * 20 * 2 }, (_, i) => 1000 + Math.sin(i) + 0.5 * Math.cos(i * i))
  const compiled = await compile((image: tf.Tensor) => normalize(image, tf.ones([2]), tf.zeros([2])), [{ shape }])
  const { y, variance } = await compiled.run(x)
  for (const channel of [0, 1]) {
    const numbers = Array.from(x).filter((_, i) => i % 2 === channel)
    const mean = numbers.reduce((sum, value) => sum + value) / numbers.length
    const exact = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length
    expect(Math.abs(variance.data[channel] / exact - 1)).toBeLessThanOrEqual(1e-3)
    expect(y.data[channel]).toBeCloseTo((x[channel] - mean) / Math.sqrt(exact + 1e-5), 3)
  }
  await compiled.dispose()
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

test('statistics of a batch refuse means of another number of channels', () => {
  expect(() => batchNormTraining(tf.zeros([1, 2, 2, 3]), tf.zeros([4]), tf.zeros([3]), 1e-5)).toThrow()
})
