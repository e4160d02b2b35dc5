import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { batchNormTraining, compile } from '../../src/index.ts'
import { expectGradientsLikeEager, expectLikeEager, normal, useJavaScriptBackend } from '../compare.ts'

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
