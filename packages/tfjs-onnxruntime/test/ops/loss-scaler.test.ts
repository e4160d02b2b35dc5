import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile, createAdam, createLossScaler } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

interface Recorded {
  readonly options: Parameters<typeof createLossScaler>[0]
  readonly learningRate: number
  readonly steps: readonly {
    readonly finite: boolean
    readonly scale: number
    readonly streak: number
    readonly weights: readonly number[]
  }[]
}

const recorded: Recorded = JSON.parse(readFileSync(new URL('../fixtures/loss-scaler.json', import.meta.url), 'utf8'))

function createStep() {
  const weights = tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 3])))
  const fixed = tf.tidy(() => tf.variable(tf.scalar(1)))
  const adam = createAdam([weights, fixed])
  const scaler = createLossScaler(recorded.options)
  const step = (factor: tf.Tensor, learningRate: tf.Tensor) => {
    const loss = () => tf.add(tf.mul(tf.sum(tf.square(weights)), factor), tf.mul(fixed, 0)) as tf.Scalar
    const { value, grads } = tf.variableGrads(() => scaler.scaleLoss(loss()), [weights, fixed])
    const { gradients, allFinite, finite, norm } = scaler.unscale(grads)
    const result = [tf.div(value, scaler.scale), allFinite, finite, norm]
    adam.applyGradients(gradients, { learningRate, allFinite })
    scaler.update(allFinite)
    return result
  }
  return { weights, adam, scaler, step }
}

describe('createLossScaler', () => {
  it.each(['host', 'graph', 'eager'] as const)(
    "has PyTorch's GradScaler's scale after each step, and its Adam's weights, |delta| <= 1e-6: %s",
    async (how) => {
      const { weights, adam, scaler, step } = createStep()
      const compiled =
        how === 'eager' ? undefined : await compile(step, [{ shape: [] }, { shape: [] }], { updates: how })
      let skipped = 0
      let taken = 0
      for (const expected of recorded.steps) {
        const inputs = [expected.finite ? 1 : Number.POSITIVE_INFINITY, recorded.learningRate] as const
        const result = compiled
          ? (await compiled.run(...inputs)).map(({ data }) => Array.from(data))
          : tf.tidy(() => step(tf.scalar(inputs[0]), tf.scalar(inputs[1])).map((x) => Array.from(x.dataSync())))
        const [, [allFinite], finite, [norm]] = result
        expect({ allFinite, finite }).toEqual({
          allFinite: Number(expected.finite),
          finite: [Number(expected.finite), 1],
        })
        expect(Number.isFinite(norm)).toBe(expected.finite)
        if (!expected.finite) skipped++
        else taken++
        expect(scaler.state()).toEqual({ scale: expected.scale, streak: expected.streak, skipped })
        for (const [i, value] of expected.weights.entries())
          expect(Math.abs(weights.dataSync()[i] - value)).toBeLessThanOrEqual(1e-6)
        expect(adam.state().step.data[0]).toBe(taken)
      }
      await compiled?.dispose()
    },
  )

  it('goes on from a state as if it had never stopped, and refuses one without a number', () => {
    const scaler = createLossScaler({ initialScale: 8, growthInterval: 2 })
    scaler.restore({ scale: 32, streak: 1, skipped: 5 })
    tf.tidy(() => scaler.update(tf.tensor(true)))
    expect(scaler.state()).toEqual({ scale: 64, streak: 0, skipped: 5 })
    expect(() => scaler.restore({ scale: 0, streak: 0, skipped: 0 })).toThrow(
      /Expected a number for scale in the state of a loss scaler but received 0/,
    )
    expect(() => scaler.restore({ scale: 1, streak: 0 } as never)).toThrow(/for skipped .* received undefined/)
    scaler.dispose()
  })

  it("does not grow past the largest float32, as PyTorch's does not", () => {
    const scaler = createLossScaler({ initialScale: 2 ** 127, growthInterval: 1 })
    tf.tidy(() => scaler.update(tf.tensor(true)))
    expect(scaler.state()).toEqual({ scale: 2 ** 127, streak: 0, skipped: 0 })
    tf.tidy(() => scaler.update(tf.tensor(false)))
    expect(scaler.state()).toEqual({ scale: 2 ** 126, streak: 0, skipped: 1 })
    scaler.dispose()
  })

  it.each([
    [{ initialScale: 0 }, /a number above 0 for initialScale but received 0/],
    [{ growthFactor: 1 }, /a number above 1 for growthFactor but received 1/],
    [{ backoffFactor: 1 }, /a number between 0 and 1 for backoffFactor but received 1/],
    [{ growthInterval: 1.5 }, /a whole number of at least 1 for growthInterval but received 1.5/],
    [{ growth: 2 }, /received growth\. The nearest is growthFactor/],
  ])('refuses %o', (options, message) => {
    expect(() => createLossScaler(options as never)).toThrow(message)
  })
})
