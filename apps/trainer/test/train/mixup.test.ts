import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { blendReversed, drawShare } from '../../src/train/mixup.ts'

describe('drawShare', () => {
  it.each([0.1, 0.4, 1, 3])(
    'has mean and variance of Beta(alpha, alpha) within 4 standard errors of 4,000 draws: alpha %d',
    (alpha) => {
      const shares = Array.from({ length: 4000 }, (_, step) => drawShare(alpha, 13, step))
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
      const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length
      const expected = 1 / (4 * (2 * alpha + 1))
      expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / shares.length))
      expect(Math.abs(variance / expected - 1)).toBeLessThan(0.08)
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true)
    },
  )

  it('is 1 without mixup, and a function of seed and step', () => {
    expect(drawShare(0, 13, 5)).toBe(1)
    expect(drawShare(0.4, 13, 5)).toBe(drawShare(0.4, 13, 5))
    expect(drawShare(0.4, 13, 5)).not.toBe(drawShare(0.4, 13, 6))
  })
})

describe('blendReversed', () => {
  beforeAll(() => tf.enableProdMode()) // without it tfjs prints advice

  it('blends a breast with that of the mirrored place, each view with the same one', () => {
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6])
    expect([...blendReversed(x, tf.scalar(0), 2).dataSync()]).toEqual([5, 6, 3, 4, 1, 2])
    expect([...blendReversed(x, tf.scalar(0)).dataSync()]).toEqual([6, 5, 4, 3, 2, 1])
  })
})
