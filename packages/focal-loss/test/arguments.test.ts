import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { FocalLossError, type FocalLossOptions, focalLoss } from '../src/index.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('focalLoss rejects', () => {
  it.each<[FocalLossOptions, string, string]>([
    [{ alpha: 1.5 }, 'invalid-alpha', 'Expected a number from 0 to 1 for alpha but received 1.5.'],
    [{ alpha: Number.NaN }, 'invalid-alpha', 'Expected a number from 0 to 1 for alpha but received NaN.'],
    [{ alpha: -1, reference: true }, 'invalid-alpha', 'Expected a finite number >= 0 for alpha but received -1.'],
    [{ gamma: -0.1 }, 'invalid-gamma', 'Expected a finite number >= 0 for gamma but received -0.1.'],
    [{ gamma: Number.POSITIVE_INFINITY }, 'invalid-gamma', 'for gamma but received Infinity.'],
    [
      { labelSmoothing: 1 },
      'invalid-label-smoothing',
      'Expected a number >= 0 and < 1 for labelSmoothing but received 1.',
    ],
    [{ reduction: 'max' as 'mean' }, 'invalid-reduction', "'none', 'mean' or 'sum' for reduction but received 'max'."],
    [
      { reduction: 'sum', reference: true },
      'invalid-reduction',
      "'mean' with reference for reduction but received 'sum'.",
    ],
  ])('options %j with code %s', (options, code, message) => {
    const error = errorOf(() => focalLoss(tf.zeros([2, 1]), tf.zeros([2, 1]), options))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  it('targets of another shape, naming both shapes', () => {
    const error = errorOf(() => focalLoss(tf.zeros([2, 1]), tf.zeros([2])))
    expect(error.code).toBe('invalid-targets')
    expect(error.message).toContain('Expected shape [2, 1] of the logits for targets but received float32 [2].')
    expect([error.details.argument, error.details.received]).toEqual(['targets', 'float32 [2]'])
  })

  it('logits that are not float32, empty or no tensor', () => {
    const int = errorOf(() => focalLoss(tf.zeros([2, 1], 'int32'), tf.zeros([2, 1])))
    expect(int.message).toContain('Expected a float32 tensor for logits but received int32 [2, 1].')
    const empty = errorOf(() => focalLoss(tf.zeros([0, 1]), tf.zeros([0, 1])))
    expect(empty.message).toContain('Expected at least one sample for logits but received float32 [0, 1].')
    const none = errorOf(() => focalLoss(undefined as unknown as tf.Tensor, tf.zeros([2, 1])))
    expect(none.message).toContain('received undefined')
    expect([int.code, empty.code, none.code]).toEqual(['invalid-logits', 'invalid-logits', 'invalid-logits'])
  })

  it('targets that are no numbers', () => {
    const error = errorOf(() => focalLoss(tf.zeros([1]), tf.tensor1d(['yes'])))
    expect(error.message).toContain('Expected a float32, int32 or bool tensor for targets but received string [1].')
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
