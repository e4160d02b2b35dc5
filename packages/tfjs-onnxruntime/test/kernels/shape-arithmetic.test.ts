import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { test } from 'vitest'
import { expectLikeEager, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
const vector = (values: readonly number[]): tf.Tensor => tf.tensor1d([...values], 'int32')

test('the shape of two broadcast shapes equals the JavaScript backend exactly', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat(3),
      async (lengths, ones, from) => {
        const other = lengths.slice(Math.min(from, lengths.length - 1)).map((length, i) => (ones[i] ? 1 : length))
        const broadcast = (a: tf.Tensor, b: tf.Tensor) =>
          [tf.broadcastArgs(a, b), tf.broadcastArgs(b, a)] as tf.Tensor[]
        await expectLikeEager(broadcast, [vector(lengths), vector(other)], 0)
      },
    ),
    { numRuns: 8 },
  )
})

test('reshaped sparse indices equal the JavaScript backend exactly', async () => {
  await fc.assert(
    fc.asyncProperty(shape, fc.nat(), fc.boolean(), async (lengths, salt, isOpen) => {
      const size = lengths.reduce((product, length) => product * length, 1)
      const target = isOpen ? [lengths[0], -1] : [...lengths].reverse()
      const rows = Array.from({ length: 5 }, (_, i) => lengths.map((length, axis) => (salt + i * (axis + 2)) % length))
      const reshape = (i: tf.Tensor, from: tf.Tensor, to: tf.Tensor) =>
        Object.values(tf.sparse.sparseReshape(i as tf.Tensor2D, from as tf.Tensor1D, to as tf.Tensor1D))
      if (size > 0)
        await expectLikeEager(reshape, [tf.tensor2d(rows, undefined, 'int32'), vector(lengths), vector(target)], 0)
    }),
    { numRuns: 8 },
  )
})
