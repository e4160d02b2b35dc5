import '@tensorflow/tfjs-backend-cpu'
import { TrainingRunError } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gradientNorm, guardedSteps, recoveryAdvice, savingOnError } from '../src/guarded-steps.ts'
import { TrainerError } from '../src/trainer-error.ts'

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

  it('goes on after a step that was skipped, and stops where the scale of the loss is down to 1', async () => {
    const [start, others] = [0, 1].map(() => scripted([3, 1], [2, Number.NaN], [1, 1]).start)
    const skipAt = (scale: number) => {
      let step = 0
      return () => (++step === 2 ? { scale, names: ['fc.weight'] } : undefined)
    }
    const steps = guardedSteps(batches, start, { done: 0, advice, skippedOf: skipAt(2) })
    expect(await lossesOf(steps)).toEqual([3, 2, 1])
    const failing = lossesOf(guardedSteps(batches, others, { done: 0, advice, skippedOf: skipAt(1) }))
    await expect(failing).rejects.toMatchObject({ code: 'diverged', details: { step: 2 } })
  })

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

describe('savingOnError', () => {
  const rescue = (isUnsaved = true) => {
    const saves: number[] = []
    return { saves, isUnsaved: () => isUnsaved, save: async () => saves.push(1), advice }
  }
  const failing = (error: unknown) => async () => {
    throw error
  }

  it('saves what is unsaved before an error or a signal goes on, and nothing where nothing is', async () => {
    const error = new Error('a file is missing')
    const unsaved = rescue()
    await expect(savingOnError(failing(error), unsaved)).rejects.toBe(error)
    expect(unsaved.saves).toHaveLength(1)
    const saved = rescue(false)
    await expect(savingOnError(failing(error), saved)).rejects.toBe(error)
    await savingOnError(async () => {}, saved)
    expect(saved.saves).toHaveLength(0)
  })

  it('saves no weights that diverged', async () => {
    const diverged = rescue()
    const error = new TrainerError('diverged', 'Expected a finite loss but received NaN. Lower it.')
    await expect(savingOnError(failing(error), diverged)).rejects.toBe(error)
    const notFinite = new TrainingRunError('not-finite', 'x', { folder: 'RUN/checkpoints/step-2', name: 'fc.weight' })
    await expect(savingOnError(failing(notFinite), diverged)).rejects.toMatchObject({
      code: 'diverged',
      message:
        'Expected finite weights for RUN/checkpoints/step-2 but received others in fc.weight; nothing was written. Lower it.',
    })
    expect(diverged.saves).toHaveLength(0)
  })
})

describe('recoveryAdvice', () => {
  it('gives a command that can be followed: the same run before its first checkpoint, then another run from its weights', () => {
    const options = { run: 'runs/a', setting: 'training.lr', lr: 3e-4 }
    expect(recoveryAdvice({ ...options, weights: undefined })).toBe(
      'There is no checkpoint yet: lower training.lr and start again, for example with --lr 0.00003.',
    )
    expect(recoveryAdvice({ ...options, weights: 'runs/a/w' })).toBe(
      'The last good checkpoint is runs/a/w: start another run from it with a lower training.lr, for example with --lr 0.00003 --run runs/a-2 --pretrained runs/a/w.',
    )
  })
})
