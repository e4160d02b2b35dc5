/** The compiled training step of the whole network against PyTorch: test/fixtures/README.md says how its figures were made. */
import { readFileSync } from 'node:fs'
import { type FocalLossOptions, focalLoss } from '@mammokit/focal-loss'
import { oneCycleLr } from '@mammokit/one-cycle-scheduler'
import { createSeResNeXt, type SeResNeXt, type StateDict } from '@mammokit/seresnext'
import { batchNormTraining, compile, createAdam, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers' // registers the gradients
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashed, hashedImages, hashedState } from '../../../../packages/seresnext/test/hashed-weights.ts'

interface Golden {
  readonly images: [count: number, height: number, width: number]
  readonly firstBatch: number
  readonly focalLoss: FocalLossOptions & { readonly reduction?: 'mean' }
  readonly oneCycle: { readonly maxLr: number; readonly totalSteps: number }
  readonly steps: { readonly loss: number; readonly lr: number; readonly beta1: number; readonly targets: number[][] }[]
  readonly gradients: Record<string, GradientSummary>
}

interface GradientSummary {
  readonly size: number
  readonly norm: number
  /** All values of a small tensor. */
  readonly values?: number[]
  /** Products with hashed vectors of -1 to 1. */
  readonly projections?: number[]
}

const fixture = new URL('../fixtures/golden-training.json', import.meta.url)
const golden = JSON.parse(readFileSync(fixture, 'utf8')) as Golden
const [count, height, width] = golden.images

let model: SeResNeXt
let start: StateDict

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
  model = createSeResNeXt({}, { ops: { groupedConv2d, batchNormTraining, maxPool: tf.maxPool } })
  start = hashedState(model.stateDict())
})

beforeEach(() => {
  model.loadStateDict(start)
})

afterAll(() => model.dispose())

describe('SE-ResNeXt50 32x4d with focal loss, compiled', () => {
  it("has PyTorch's gradient for every parameter, 1e-3 relative and cosine >= 0.99999", async () => {
    const step = await compile(
      (images: tf.Tensor4D, targets: tf.Tensor2D) => backward(images, targets).grads,
      [{ shape: [count, height, width, 1] }, { shape: [count, 1] }],
    )
    const gradients = await step.run(batch(0), targets(0))
    await step.dispose()
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(golden.gradients).sort())
    const state = pytorchLayout(gradients)
    for (const [name, expected] of Object.entries(golden.gradients)) {
      const difference = relativeDifference(name, state(name), expected)
      // For two vectors whose difference is d times their length, the cosine is at least sqrt(1 - d^2).
      expect(difference, name).toBeLessThan(1e-3)
    }
  })

  it(`has PyTorch's loss at each of ${golden.steps.length} Adam and 1cycle steps, 1e-3 relative`, async () => {
    const adam = createAdam([...model.trainableVariables])
    const step = await compile(
      (images: tf.Tensor4D, labels: tf.Tensor2D, learningRate: tf.Scalar, beta1: tf.Scalar) => {
        const { value, grads } = backward(images, labels)
        adam.applyGradients(grads, { learningRate, beta1 })
        return value
      },
      [{ shape: [count, height, width, 1] }, { shape: [count, 1] }, { shape: [] }, { shape: [] }],
    )
    const schedule = oneCycleLr(golden.oneCycle)
    for (const [index, expected] of golden.steps.entries()) {
      const { lr, momentum } = schedule(index)
      expect(Math.abs(lr - expected.lr) + Math.abs((momentum ?? 0) - expected.beta1)).toBeLessThan(1e-9)
      const loss = await step.run(batch(index), targets(index), lr, momentum ?? 0)
      const difference = Math.abs(loss.data[0] / expected.loss - 1)
      expect(difference, `step ${index}: ${loss.data[0]} instead of ${expected.loss}`).toBeLessThan(1e-3)
    }
    await step.dispose()
    adam.dispose()
  })
})

function backward(images: tf.Tensor4D, labels: tf.Tensor2D) {
  return tf.variableGrads(
    () => focalLoss(model.forward(images, { training: true }), labels, golden.focalLoss),
    [...model.trainableVariables],
  )
}

function batch(step: number): Float32Array {
  return hashedImages(`batch${golden.firstBatch + step}`, count, height, width)
}

function targets(step: number): Float32Array {
  return Float32Array.from(golden.steps[step].targets.flat())
}

/** Gradients have tfjs's layout, as the variables have: written into the model, they come out in PyTorch's. */
function pytorchLayout(gradients: Record<string, { readonly data: ArrayLike<number> }>) {
  for (const [name, variable] of model.variables) {
    if (!variable.trainable) continue
    tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(gradients[name].data), variable.shape)))
  }
  const state = model.stateDict()
  return (name: string) => state.get(name)?.data as Float32Array
}

/**
 * Length of the difference over length of the expected vector. From projections it is an estimate: a vector of
 * independent uniform values of variance 1 / 3 has a squared product with d of |d|^2 / 3 on average.
 */
function relativeDifference(name: string, actual: Float32Array, { size, norm, values, projections }: GradientSummary) {
  expect(actual.length, name).toBe(size)
  if (values) return Math.hypot(...values.map((value, index) => actual[index] - value)) / norm
  const squares = (projections ?? []).map((projection, k) => {
    const vector = hashed(`${name}.probe${k}`, size)
    return (actual.reduce((sum, value, index) => sum + value * (2 * vector[index] - 1), 0) - projection) ** 2
  })
  return Math.sqrt((3 * squares.reduce((sum, square) => sum + square, 0)) / squares.length) / norm
}
