import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { expectLikeEager, uniform, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

test('non-maximum suppression that is padded equals the JavaScript backend exactly on random boxes', async () => {
  const share = fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20)
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      share,
      share,
      async (count, most, iou, score) => {
        const choose = (boxes: tf.Tensor, scores: tf.Tensor) =>
          Object.values(
            tf.image.nonMaxSuppressionPadded(boxes as tf.Tensor2D, scores as tf.Tensor1D, most, iou, score, true),
          )
        await expectLikeEager(choose, [uniform([count, 4], 0, 1), uniform([count], 0, 1)], 0)
      },
    ),
    { numRuns: 12 },
  )
})

test('boxes without area suppress nothing, and of equal scores the first wins', async () => {
  const boxes = tf.tensor2d([
    [0, 0, 1, 1],
    [0, 0, 1, 1.01],
    [0.5, 0.5, 0.5, 0.9],
    [0.5, 0.5, 0.5, 0.9],
  ])
  const choose = (b: tf.Tensor, s: tf.Tensor) =>
    Object.values(tf.image.nonMaxSuppressionPadded(b as tf.Tensor2D, s as tf.Tensor1D, 4, 0.5, 0.1, true))
  await expectLikeEager(choose, [boxes, tf.tensor1d([0.5, 0.5, 0.9, 0.8])], 0)
})

test('suppression whose number of boxes depends on data cannot be compiled', async () => {
  const choose = (b: tf.Tensor, s: tf.Tensor) =>
    tf.image.nonMaxSuppressionPadded(b as tf.Tensor2D, s as tf.Tensor1D, 3, 0.5, 0.1, false).selectedIndices
  await expect(compile(choose, [{ shape: [4, 4] }, { shape: [4] }])).rejects.toThrow(/received NonMaxSuppressionV4/)
})
