import { openEngine, type TensorEngine } from '@mammokit/tensor-engine'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { createLearner } from '../../src/train/learner.ts'
import { smallConfig } from '../processed-phantom.ts'

// four images of 64x64: batch normalisation of two single pixels would be a sign function
const [batch, height, width] = [4, 64, 64]
const shapes = [[batch, height, width, 1], [batch, 1], [], []]
const images = Float32Array.from({ length: batch * height * width }, (_, i) => Math.sin(i * 0.37) + Math.cos(i * 0.011))
const inputs = [images, Float32Array.of(1, 0, 0, 1), Float32Array.of(1e-3), Float32Array.of(0.9)]

/** The step as it is, operator by operator, as an engine of TensorFlow runs it. */
const prepareEager: TensorEngine['prepare'] = async (fn, shapes) => ({
  run: async (...inputs) =>
    tf.tidy(() =>
      fn(...inputs.map((values, i) => tf.tensor(values, [...shapes[i]]))).map(
        (output) => output.dataSync() as Float32Array,
      ),
    ),
  download: async () => {},
  dispose: async () => {},
})

describe('learner', () => {
  it('takes the same steps compiled and eagerly: loss within 1e-5 relative over three steps', async () => {
    const engine = await openEngine('onnxruntime', 1)
    const losses: number[][] = []
    for (const prepare of [engine.prepare, prepareEager]) {
      const learner = createLearner(parseConfig(smallConfig), engine)
      const step = await prepare(learner.step, shapes)
      const own: number[] = []
      for (let i = 0; i < 3; i++) own.push((await step.run(...inputs))[0][0])
      losses.push(own)
      await step.dispose()
      learner.dispose()
    }
    losses[0].forEach((loss, i) => {
      expect(Math.abs(loss - losses[1][i])).toBeLessThan(1e-5 * loss)
    })
    expect(losses[0][2]).toBeLessThan(losses[0][0])
  })

  it.each(['compiled', 'eager'])('keeps the number of tensors over %s steps', async (how) => {
    const engine = await openEngine('onnxruntime', 1)
    const config = parseConfig({ ...smallConfig, training: { ...smallConfig.training, emaDecay: 0.99 } })
    const learner = createLearner(config, engine)
    const step = await (how === 'eager' ? prepareEager : engine.prepare)(learner.step, shapes)
    await step.run(...inputs)
    const { numTensors, numBytes } = tf.memory()
    await step.run(...inputs)
    expect(tf.memory()).toMatchObject({ numTensors, numBytes })
    await step.dispose()
    learner.dispose()
  })
})
