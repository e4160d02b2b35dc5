import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, createAdam } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function createTraining() {
  const weights = tf.tidy(() => tf.variable(tf.randomNormal([3, 3, 4, 16], 0, 0.1, 'float32', 1)))
  const adam = createAdam([weights])
  const step = (x: tf.Tensor4D) => {
    const { value, grads } = tf.variableGrads(
      () => tf.mean(tf.square(tf.relu(tf.conv2d(x, weights as tf.Tensor4D, 1, 'same')))) as tf.Scalar,
      [weights],
    )
    adam.applyGradients(grads, { learningRate: 1e-3 })
    return value
  }
  const dispose = () => {
    adam.dispose()
    weights.dispose()
  }
  return { step, dispose }
}

/** Resident megabytes, the smallest of some looks at it. */
async function residentMegabytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 20))
    least = Math.min(least, process.memoryUsage().rss / 1e6)
  }
  return least
}

test('300 steps do not grow: no tensors more, and less than 40 MB where each returns 0.5 MB', async () => {
  const training = createTraining()
  const compiled = await compile((x: tf.Tensor4D) => [training.step(x), x], [{ shape: [1, 128, 256, 4] }])
  const images = new Float32Array(128 * 256 * 4)
  for (let i = 0; i < 60; i++) await compiled.run(images)
  const before = { rss: await residentMegabytes(), tensors: tf.memory().numTensors }
  for (let i = 0; i < 300; i++) await compiled.run(images)
  expect(tf.memory().numTensors).toBe(before.tensors)
  expect((await residentMegabytes()) - before.rss).toBeLessThan(40)
  await compiled.dispose()
  training.dispose()
})

test('200 times compile, run and dispose do not grow: no tensors more, and less than 60 MB where each had 2 MB of its own', async () => {
  const cycle = async () => {
    const training = createTraining()
    const compiled = await compile(training.step, [{ shape: [1, 64, 64, 4] }], { intraOpNumThreads: 1 })
    await compiled.run(new Float32Array(64 * 64 * 4))
    await compiled.dispose()
    training.dispose()
  }
  for (let i = 0; i < 40; i++) await cycle()
  const before = { rss: await residentMegabytes(), tensors: tf.memory().numTensors }
  for (let i = 0; i < 200; i++) await cycle()
  expect(tf.memory().numTensors).toBe(before.tensors)
  expect((await residentMegabytes()) - before.rss).toBeLessThan(60)
})
