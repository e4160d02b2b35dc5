import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type FocalLossOptions, focalLoss } from '../src/index.ts'

interface Case {
  readonly options: FocalLossOptions
  readonly logits: number[]
  readonly targets: number[]
  readonly loss: number[]
  readonly gradient: number[]
}

const fixture = new URL('./fixtures/focal-loss.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: Case[] }

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('focalLoss', () => {
  it(`matches PyTorch's loss in ${cases.length} cases, 1e-5 relative or 1e-6 absolute`, () => {
    for (const { logits, targets, options, loss } of cases) {
      const ours = focalLoss(column(logits), column(targets), options)
      expectClose(ours.dataSync(), loss, options)
    }
  })

  it("matches PyTorch's gradient in the same cases, 1e-5 relative or 1e-6 absolute", () => {
    for (const { logits, targets, options, gradient } of cases) {
      expectClose(gradientOf(logits, targets, options), gradient, options)
    }
  })

  it('is the binary cross-entropy for gamma 0 without alpha, 1e-6', () => {
    const ours = focalLoss(column([0, 2, -3]), column([1, 0, 1]), { gamma: 0 }).dataSync()[0]
    const crossEntropy = (Math.log(2) + Math.log1p(Math.exp(2)) + Math.log1p(Math.exp(3))) / 3
    expect(Math.abs(ours - crossEntropy)).toBeLessThan(1e-6)
  })

  it('takes int32 and bool targets and any shape', () => {
    const logits = tf.tensor3d([0, 1, 2, 3], [2, 1, 2])
    const float = focalLoss(logits, tf.tensor3d([0, 1, 1, 0], [2, 1, 2]), { reduction: 'none' })
    expect(float.shape).toEqual([2, 1, 2])
    for (const dtype of ['int32', 'bool'] as const) {
      const targets = tf.tensor3d([0, 1, 1, 0], [2, 1, 2], dtype)
      expect([...focalLoss(logits, targets, { reduction: 'none' }).dataSync()]).toEqual([...float.dataSync()])
    }
  })

  it('leaves no tensor behind but its result', () => {
    const [logits, targets] = [column([1, -1]), column([1, 0])]
    const before = tf.memory().numTensors
    const loss = focalLoss(logits, targets, { alpha: 0.25, labelSmoothing: 0.1 })
    expect(tf.memory().numTensors).toBe(before + 1)
    loss.dispose()
  })

  it('has finite, non-negative loss and finite gradient for every |logit| <= 1e4 and option', () => {
    const option = fc.record({
      alpha: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      gamma: fc.double({ min: 0, max: 10, noNaN: true }),
      labelSmoothing: fc.double({ min: 0, max: 0.99, noNaN: true }),
      reference: fc.boolean(),
    })
    const samples = fc.array(fc.tuple(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constantFrom(0, 1)), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(samples, option, (rows, options) => {
        const [logits, targets] = [rows.map((row) => row[0]), rows.map((row) => row[1])]
        const loss = focalLoss(column(logits), column(targets), options).dataSync()[0]
        expect(Number.isFinite(loss) && loss >= 0).toBe(true)
        expect([...gradientOf(logits, targets, options)].every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('swaps the classes with the signs: loss(z, t, alpha) = loss(-z, 1 - t, 1 - alpha) to 1e-5', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (z, alpha) => {
          const one = focalLoss(column([z]), column([1]), { alpha }).dataSync()[0]
          const other = focalLoss(column([-z]), column([0]), { alpha: 1 - alpha }).dataSync()[0]
          expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-5 * Math.max(1, one))
        },
      ),
    )
  })
})

function column(values: number[]): tf.Tensor2D {
  return tf.tensor2d(values, [values.length, 1])
}

function gradientOf(logits: number[], targets: number[], options: FocalLossOptions): Float32Array {
  const loss = (z: tf.Tensor) => tf.sum(focalLoss(z, column(targets), options))
  return tf.grad(loss)(column(logits)).dataSync<'float32'>()
}

function expectClose(actual: ArrayLike<number>, expected: number[], context: unknown) {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, index) => {
    const allowed = 1e-6 + 1e-5 * Math.abs(value)
    const message = `${JSON.stringify(context)} at ${index}: ${actual[index]} instead of ${value}`
    expect(Math.abs(actual[index] - value), message).toBeLessThanOrEqual(allowed)
  })
}
