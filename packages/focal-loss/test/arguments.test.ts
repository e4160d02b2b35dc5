import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { FocalLossError, type FocalLossOptions, focalLoss } from '../src/index.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('focalLoss rejects', () => {
  it.each<[FocalLossOptions, string, string]>([
    [
      { alpha: 1.5 },
      'invalid-alpha',
      'Expected a number from 0 to 1 for alpha but received 1.5. Omit it for no class weighting.',
    ],
    [{ alpha: Number.NaN }, 'invalid-alpha', 'Expected a number from 0 to 1 for alpha but received NaN.'],
    [
      { alpha: -1, reference: true },
      'invalid-alpha',
      'Expected a finite number >= 0 for alpha but received -1. It is a factor of the loss.',
    ],
    [{ alpha: Number.POSITIVE_INFINITY, reference: true }, 'invalid-alpha', 'for alpha but received Infinity.'],
    [
      { gamma: -0.1 },
      'invalid-gamma',
      'Expected a finite number >= 0 for gamma but received -0.1. The paper uses 0 to 5.',
    ],
    [{ gamma: Number.POSITIVE_INFINITY }, 'invalid-gamma', 'for gamma but received Infinity.'],
    [
      { labelSmoothing: 1 },
      'invalid-label-smoothing',
      'Expected a number >= 0 and < 1 for labelSmoothing but received 1. 0 disables smoothing.',
    ],
    [{ labelSmoothing: -0.1 }, 'invalid-label-smoothing', 'for labelSmoothing but received -0.1.'],
    [
      { reduction: 'max' as 'mean' },
      'invalid-reduction',
      "'none', 'mean' or 'sum' for reduction but received 'max'. Leave it out for 'mean'.",
    ],
    [
      { reduction: 'sum', reference: true },
      'invalid-reduction',
      "'mean' with reference for reduction but received 'sum'. The reference scales the batch mean and supports no other reduction.",
    ],
  ])('options %j with code %s', (options, code, message) => {
    const error = errorOf(() => focalLoss(tf.zeros([2, 1]), tf.zeros([2, 1]), options))
    expect([error.name, error.code]).toEqual(['FocalLossError', code])
    expect(error.message).toContain(message)
  })

  it('targets that differ in one axis alone, even if every sample had one', () => {
    const shapes = [
      [3, 1],
      [2, 2],
      [1, 2],
      [2, 1, 1],
    ]
    for (const shape of shapes) {
      expect(errorOf(() => focalLoss(tf.zeros([2, 1]), tf.zeros(shape))).message).toContain('Reshape one of the two.')
    }
  })

  it('targets of another shape, naming both shapes', () => {
    const error = errorOf(() => focalLoss(tf.zeros([2, 1]), tf.zeros([2])))
    expect(error.code).toBe('invalid-targets')
    expect(error.message).toContain('Expected shape [2, 1] of the logits for targets but received float32 [2].')
    expect([error.details.argument, error.details.received]).toEqual(['targets', 'float32 [2]'])
  })

  it('logits that are not float32, empty or no tensor', () => {
    const int = errorOf(() => focalLoss(tf.zeros([2, 1], 'int32'), tf.zeros([2, 1])))
    expect(int.message).toContain(
      'Expected a float32 tensor for logits but received int32 [2, 1]. Cast it with tf.cast.',
    )
    const empty = errorOf(() => focalLoss(tf.zeros([0, 1]), tf.zeros([0, 1])))
    expect(empty.message).toContain(
      'Expected at least one sample for logits but received float32 [0, 1]. Skip empty batches.',
    )
    const none = errorOf(() => focalLoss(undefined as unknown as tf.Tensor, tf.zeros([2, 1])))
    expect(none.message).toContain('received undefined')
    const empties = errorOf(() => focalLoss(null as unknown as tf.Tensor, tf.zeros([2, 1])))
    expect(empties.message).toContain('received null')
    expect([int.code, empty.code, none.code]).toEqual(['invalid-logits', 'invalid-logits', 'invalid-logits'])
  })

  it('targets that are no numbers', () => {
    const error = errorOf(() => focalLoss(tf.zeros([1]), tf.tensor1d(['yes'])))
    expect(error.message).toContain(
      'Expected a float32, int32 or bool tensor for targets but received string [1]. Pass one target per logit.',
    )
  })
})

function errorOf(call: () => unknown): FocalLossError {
  try {
    call()
  } catch (error) {
    if (error instanceof FocalLossError) return error
    throw error
  }
  throw new Error('Expected a FocalLossError but nothing was thrown.')
}
