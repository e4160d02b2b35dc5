import { openEngine, type TensorEngine } from '@mammokit/tensor-engine'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { createLearner } from '../../src/train/learner.ts'
import { validate } from '../../src/train/validate.ts'
import { smallConfig } from '../processed-phantom.ts'

// four images of 64x64: batch normalization of two single pixels would be a sign function
const [batchSize, height, width] = [4, 64, 64]
const shapes = [[batchSize, height, width, 1], [batchSize, 1], [], [], [], []]
const images = Float32Array.from(
  { length: batchSize * height * width },
  (_, i) => Math.sin(i * 0.37) + Math.cos(i * 0.011),
)
const scalars = [1, 1e-3, 0.9, 0.99].map((value) => Float32Array.of(value))
const inputs = [images, Float32Array.of(1, 0, 0, 1), ...scalars]

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
      const step = await prepare(learner.functionsOf(0).step, shapes)
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

  it('trains on the loss that validation reports: from the same weights and images both are the same, 1e-5 relative', async () => {
    // A batch normalized by the running statistics, in training too: then both modes are one network.
    const asInValidation: TensorEngine['ops']['batchNormTraining'] = (x, scale, offset, epsilon) => {
      const [mean, variance] = [tf.zerosLike(scale), tf.onesLike(scale)]
      return { y: tf.batchNorm4d(x, mean, variance, offset, scale, epsilon), mean, variance }
    }
    const { ops, prepare } = await openEngine('onnxruntime', { threads: 1 })
    const losses = [
      { reference: true },
      { reference: true, alpha: 0.25, gamma: 2 },
      { alpha: 0.25, labelSmoothing: 0.2 },
      { gamma: 0 },
    ]
    for (const loss of losses) {
      const config = parseConfig({ ...smallConfig, training: { ...smallConfig.training, loss } })
      const learner = createLearner(config, { ops: { ...ops, batchNormTraining: asInValidation } })
      const evaluate = await prepare(learner.evaluate, shapes.slice(0, 1))
      const step = await prepare(learner.functionsOf(0).step, shapes)
      const batch = { images, targets: inputs[1], valid: batchSize, index: 0, imageIds: ['a', 'b', 'c', 'd'] }
      const loader = {
        batchesPerEpoch: 1,
        async *epoch() {
          yield batch as never
        },
      }
      const rows = Array.from(inputs[1], (target, i) => ({
        imageId: `${i}`,
        patientId: `${i}`,
        target,
        laterality: 'L',
      }))
      const advice = () => ''
      const validation = await validate({ evaluate, loss: learner.loss, advice }, loader, rows as never)
      const [[training]] = await step.run(...inputs)
      expect(Math.abs(validation.loss / training - 1), JSON.stringify(loss)).toBeLessThan(1e-5)
      for (const each of [step, evaluate]) await each.dispose()
      learner.dispose()
    }
  })

  it.each(['compiled', 'eager'])('keeps the number of tensors over %s steps', async (how) => {
    const engine = await openEngine('onnxruntime', 1)
    const config = parseConfig({ ...smallConfig, training: { ...smallConfig.training, emaDecay: 0.99 } })
    const learner = createLearner(config, engine)
    const step = await (how === 'eager' ? prepareEager : engine.prepare)(learner.functionsOf(0).step, shapes)
    await step.run(...inputs)
    const { numTensors, numBytes } = tf.memory()
    await step.run(...inputs)
    expect(tf.memory()).toMatchObject({ numTensors, numBytes })
    await step.dispose()
    learner.dispose()
  })
})
