import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { blend, drawShare, reverseBatch, reversePlaces } from '../../src/train/mixup.ts'

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

describe('the partner', () => {
  beforeAll(() => tf.enableProdMode()) // without it tfjs prints advice

  it('of a breast is that of the mirrored place, each view with the same one, in the graph and before it', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6)
    const x = tf.tensor1d(values)
    const partners = [5, 6, 3, 4, 1, 2]
    expect([...reverseBatch(x, 2).dataSync()]).toEqual(partners)
    expect([...reversePlaces(values, 2)]).toEqual(partners)
    expect([...reverseBatch(x).dataSync()]).toEqual([6, 5, 4, 3, 2, 1])
    expect([...blend(x, reverseBatch(x), tf.scalar(0.75)).dataSync()]).toEqual([2.25, 2.75, 3.25, 3.75, 4.25, 4.75])
  })
})
