import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { openEngine } from '../../src/index.ts'

const isInstalled = (() => {
  try {
    return createRequire(import.meta.url).resolve('@tensorflow/tfjs-node') !== ''
  } catch {
    return false
  }
})()

/** Where a user has installed tfjs-node; 4.22.0 with libtensorflow 2.15 passes. */
describe.skipIf(!isInstalled)('tfjs-node', () => {
  it('trains to the losses of ONNX Runtime, 1e-5 relative', async () => {
    const losses: number[][] = []
    for (const name of ['onnxruntime', 'tensorflow'] as const) {
      const engine = await openEngine(name, { threads: 1 })
      const weight = tf.variable(tf.scalar(0))
      const prepared = await engine.prepare(
        (x, y, learningRate) => {
          const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(tf.mul(weight, x), y))), [weight])
          weight.assign(tf.sub(weight, tf.mul(learningRate, grads[weight.name])))
          return [value]
        },
        [[3], [3], []],
      )
      const own: number[] = []
      for (let i = 0; i < 4; i++) {
        const inputs = [Float32Array.of(1, 2, 3), Float32Array.of(2, 4, 6), Float32Array.of(0.05)]
        own.push((await prepared.run(...inputs))[0][0])
      }
      losses.push(own)
      await prepared.dispose()
      weight.dispose()
    }
    losses[0].forEach((loss, i) => {
      expect(Math.abs(losses[1][i] / loss - 1)).toBeLessThan(1e-5)
    })
  })

  it('takes no padding by a number, as its documentation says', async () => {
    const engine = await openEngine('tensorflow')
    const prepare = (pad: 'same' | number) =>
      engine.prepare(
        (x, filter) => [tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad)],
        [
          [1, 8, 8, 1],
          [3, 3, 1, 2],
        ],
      )
    const inputs = [new Float32Array(64), new Float32Array(18)]
    expect((await (await prepare('same')).run(...inputs))[0]).toHaveLength(128)
    await expect((await prepare(1)).run(...inputs)).rejects.toMatchObject({ code: 'unsupported-padding' })
  })
})
