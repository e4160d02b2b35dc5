import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile, createAdam } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const recorded: { readonly weightDecay: number; readonly steps: readonly number[][] } = JSON.parse(
  readFileSync(new URL('../fixtures/adamw.json', import.meta.url), 'utf8'),
)

describe('createAdam with decoupledWeightDecay', () => {
  it.each(['host', 'graph', 'eager'] as const)(
    "matches PyTorch's AdamW at every step, |delta| <= 2e-6: %s",
    async (how) => {
      const weights = tf.tidy(() => tf.variable(tf.tensor1d(recorded.steps[0].map((_, i) => Math.sin(i + 1)))))
      const adam = createAdam([weights], { beta2: 0.99, decoupledWeightDecay: recorded.weightDecay })
      const step = (offset: tf.Tensor, learningRate: tf.Tensor) => {
        const { grads } = tf.variableGrads(
          () => tf.add(tf.sum(tf.square(weights)), tf.mul(offset, tf.sum(weights))) as tf.Scalar,
          [weights],
        )
        adam.applyGradients(grads, { learningRate })
        return []
      }
      const compiled =
        how === 'eager' ? undefined : await compile(step, [{ shape: [] }, { shape: [] }], { updates: how })
      for (const [i, expected] of recorded.steps.entries()) {
        if (compiled) await compiled.run(i, 0.01 * (i + 1))
        else tf.tidy(() => step(tf.scalar(i), tf.scalar(0.01 * (i + 1))))
        const received = weights.dataSync()
        for (const [at, value] of expected.entries()) expect(Math.abs(received[at] - value)).toBeLessThanOrEqual(2e-6)
      }
      await compiled?.dispose()
      adam.dispose()
      weights.dispose()
    },
  )
})

it('refuses options out of range and the states of other optimizers', () => {
  const variable = tf.variable(tf.zeros([2]), true, 'weights')
  for (const [options, message] of [
    [{ beta2: 1 }, /from 0 to below 1 for beta2 but received 1/],
    [{ epsilon: 0 }, /above 0 for epsilon but received 0/],
    [{ weightDecay: -1 }, /at least 0 for weightDecay but received -1/],
  ] as const)
    expect(() => createAdam([variable], options)).toThrow(message)
  const adam = createAdam([variable])
  expect(() => adam.restore({})).toThrow(/Expected step in/)
  const state = adam.state()
  expect(() => adam.restore({ ...state, 'weights/m': { shape: [3], data: new Float32Array(3) } })).toThrow(
    /Expected shape \[2\] for weights\/m/,
  )
  adam.dispose()
  variable.dispose()
})
