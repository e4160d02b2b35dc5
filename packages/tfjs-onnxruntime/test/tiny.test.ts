import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile } from '../src/index.ts'

tf.enableProdMode()

test('a compiled training step of a line lowers its loss as tfjs does, |delta| <= 1e-6', async () => {
  await tf.setBackend('cpu')
  const slope = tf.variable(tf.scalar(0))
  const optimizer = tf.train.sgd(0.1)
  const step = await compile(
    (x: tf.Tensor, y: tf.Tensor) =>
      optimizer.minimize(() => tf.mean(tf.squaredDifference(tf.mul(x, slope), y)) as tf.Scalar, true, [slope])!,
    [{ shape: [4] }, { shape: [4] }],
  )
  const x = new Float32Array([1, 2, 3, 4])
  const y = new Float32Array([2, 4, 6, 8])
  const first = await step.run(x, y)
  const second = await step.run(x, y)
  expect(first.data[0]).toBeCloseTo(30, 6)
  expect(second.data[0]).toBeCloseTo(7.5, 5)
  expect(slope.dataSync()[0]).toBeCloseTo(1.5, 6)
  await step.dispose()
})
