import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { assertFinite, gradientNorm, guardedSteps, recoveryAdvice } from '../src/guarded-steps.ts'

const advice = () => 'Lower it.'
const batches = [{ imageIds: ['a', 'b'] }, { imageIds: ['c', 'd'] }, { imageIds: ['e', 'f'] }]

/** Steps whose losses and norms are given. */
function scripted(...outputs: [loss: number, norm: number][]) {
  let next = 0
  const start = () => ({ lr: 0.5, outputs: Promise.resolve(outputs[next++].map((value) => Float32Array.of(value))) })
  return { start, started: () => next }
}

async function lossesOf(steps: AsyncIterable<{ loss: number }>): Promise<number[]> {
  const losses: number[] = []
  for await (const { loss } of steps) losses.push(loss)
  return losses
}

describe('guardedSteps', () => {
  it('yields the loss of every step while all is finite', async () => {
    const { start } = scripted([3, 1], [2, 1], [1, 1])
    expect(await lossesOf(guardedSteps(batches, start, { done: 0, advice }))).toEqual([3, 2, 1])
  })

  it.each([
    [Number.NaN, 1, 'a finite loss in step 12, with learning rate 5.00e-1 and the images c, d, but received NaN.'],
    [
      2,
      Number.POSITIVE_INFINITY,
      'a finite gradient in step 12, with learning rate 5.00e-1 and the images c, d, but received Infinity.',
    ],
  ])(
    'stops at a loss of %d with a gradient of %d, and names step, learning rate and images',
    async (loss, norm, message) => {
      const { start, started } = scripted([3, 1], [loss, norm], [1, 1])
      const losses = lossesOf(guardedSteps(batches, start, { done: 10, advice }))
      await expect(losses).rejects.toMatchObject({
        code: 'diverged',
        message: `Expected ${message} Lower it.`,
        details: { step: 12, lr: 0.5, imageIds: ['c', 'd'] },
      })
      expect(started()).toBe(2)
    },
  )

  it('measures the share of the time in which it waited for batches', async () => {
    async function* slow() {
      for (const batch of batches) {
        await new Promise((resolve) => setTimeout(resolve, 30))
        yield batch
      }
    }
    const { start } = scripted([3, 1], [2, 1], [1, 1])
    for await (const { waitingShare } of guardedSteps(slow(), start, { done: 0, advice })) {
      expect(waitingShare).toBeGreaterThan(0.5)
      expect(waitingShare).toBeLessThanOrEqual(1)
    }
  })
})

describe('gradientNorm', () => {
  it('is that of all gradients together, and no number where one of theirs is none', () => {
    tf.enableProdMode()
    expect(gradientNorm({ a: tf.tensor1d([3]), b: tf.tensor2d([[4, 0]]) }).dataSync()[0]).toBe(5)
    expect(gradientNorm({ a: tf.tensor1d([3]), b: tf.tensor1d([Number.NaN]) }).dataSync()[0]).toBeNaN()
  })
})

describe('assertFinite', () => {
  it('names the first tensor of a file that is not finite', () => {
    const tensor = (value: number) => ({ dtype: 'F32', shape: [2], data: Float32Array.of(1, value) }) as const
    const good = new Map([['fc.bias', tensor(2)]])
    expect(() => assertFinite(good, 'model.onnx', advice)).not.toThrow()
    const bad = new Map([...good, ['fc.weight', tensor(Number.NEGATIVE_INFINITY)] as const])
    expect(() => assertFinite(bad, 'model.onnx', advice)).toThrow(
      'Expected finite weights for model.onnx but received -Infinity in fc.weight; the file was not written. Lower it.',
    )
  })
})

describe('recoveryAdvice', () => {
  it('gives a command that can be followed: the same run before its first checkpoint, then another run from its weights', () => {
    const options = { run: 'runs/a', setting: 'training.lr', lr: 3e-4 }
    expect(recoveryAdvice({ ...options, weights: undefined })).toBe(
      'There is no checkpoint yet: lower training.lr and start again, for example with --lr 0.00003.',
    )
    expect(recoveryAdvice({ ...options, weights: 'runs/a/w' })).toBe(
      'The last good checkpoint is runs/a/w: start another run from it with a lower training.lr, for example with --lr 0.00003 --run runs/a-2 --weights runs/a/w.',
    )
  })
})
