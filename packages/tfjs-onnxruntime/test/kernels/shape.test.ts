import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { test } from 'vitest'
import { expectGradientsLikeEager, expectLikeEager, integers, normal, useJavaScriptBackend } from '../compare.ts'
import { samples } from '../provider.ts'

useJavaScriptBackend()

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
const runs = samples(6)

test('transposes of random shapes equal the JavaScript backend exactly', async () => {
  const permuted = shape.chain((lengths) =>
    fc.tuple(fc.constant(lengths), fc.shuffledSubarray([...lengths.keys()], { minLength: lengths.length })),
  )
  await fc.assert(
    fc.asyncProperty(permuted, async ([lengths, perm]) => {
      await expectLikeEager((x) => tf.transpose(x, perm), [normal(lengths)], 0)
    }),
    runs,
  )
})

test('slices of random shapes equal the JavaScript backend exactly', async () => {
  await fc.assert(
    fc.asyncProperty(shape, fc.nat(), async (lengths, salt) => {
      const begin = lengths.map((length, i) => (salt >> i) % length)
      const size = lengths.map((length, i) => 1 + ((salt >> (i + 3)) % (length - begin[i])))
      await expectLikeEager((x) => tf.slice(x, begin, size), [normal(lengths)], 0)
    }),
    runs,
  )
})

test('tensors are stacked along each axis, counted from either end, exactly', async () => {
  for (const axis of [0, 1, 2, -1, -2, -3])
    await expectLikeEager((x, y) => tf.stack([x, y], axis), [normal([2, 3]), normal([2, 3])], 0)
})

test('one part of a split, and the values of topk without their places, can be all that is used', async () => {
  for (const part of [0, 1, 2]) await expectLikeEager((x) => tf.split(x, 3)[part], [normal([6, 2])], 0)
  await expectLikeEager((x) => tf.topk(x, 2).values, [normal([6])], 0)
  await expectLikeEager((x) => tf.topk(x, 2).indices, [normal([6])], 0)
})

test('padding and tiling equal the JavaScript backend, gradients too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      async (lengths, salt) => {
        const paddings = lengths.map((_, i): [number, number] => [(salt >> i) % 3, (salt >> (2 * i)) % 2])
        await expectLikeEager(
          (x) => [
            tf.pad(x, paddings, 1.5),
            tf.tile(
              x,
              lengths.map((_, i) => 1 + ((salt >> i) % 3)),
            ),
          ],
          [normal(lengths)],
          0,
        )
      },
    ),
    runs,
  )
  await expectGradientsLikeEager(
    (x) =>
      tf.pad(x, [
        [1, 2],
        [0, 1],
      ]),
    [normal([2, 3])],
  )
  await expectGradientsLikeEager((x) => tf.tile(x, [2, 3]), [normal([2, 3])])
})

test('mirrored padding equals the JavaScript backend exactly', async () => {
  const paddings: [number, number][] = [
    [1, 2],
    [2, 0],
  ]
  await expectLikeEager(
    (x) => [tf.mirrorPad(x, paddings, 'reflect'), tf.mirrorPad(x, paddings, 'symmetric')],
    [normal([4, 3])],
    0,
  )
})

test('concatenation, stacking and splitting equal the JavaScript backend, gradients too', async () => {
  await expectLikeEager((a, b) => [tf.concat([a, b], 1), tf.concat([a, b], -1)], [normal([2, 3]), normal([2, 4])], 0)
  await expectLikeEager(
    (a, b) => [tf.stack([a, b], 0), tf.stack([a, b], 2), ...tf.unstack(a, 1)],
    [normal([2, 3]), normal([2, 3])],
    0,
  )
  await expectLikeEager((x) => [...tf.split(x, 2, 1), ...tf.split(x, [1, 2, 3], 1)], [normal([2, 6])], 0)
  await expectGradientsLikeEager((a, b) => tf.concat([a, b], 1), [normal([2, 3]), normal([2, 4])])
  await expectGradientsLikeEager((a, b) => tf.stack([a, b], 1), [normal([2, 3]), normal([2, 3])])
  await expectGradientsLikeEager((x) => tf.mul(tf.split(x, 2, 1)[0], tf.split(x, 2, 1)[1]), [normal([2, 6])])
})

test('strided slices with masks equal the JavaScript backend exactly', async () => {
  const x = normal([4, 5, 6])
  await expectLikeEager((v) => tf.stridedSlice(v, [1, 4, 0], [4, 0, 6], [1, -2, 3]), [x], 0)
  await expectLikeEager((v) => tf.stridedSlice(v, [1, 1, 1], [3, 3, 3], [1, 1, 1], 2, 4), [x], 0)
  await expectLikeEager((v) => tf.stridedSlice(v, [1, 0], [2, 2], [1, 1], 0, 0, 0, 0, 1), [x], 0)
  await expectLikeEager((v) => tf.stridedSlice(v, [3, 4, 5], [0, 0, 0], [-1, -1, -1], 0, 7), [x], 0)
})

test('reshape, expandDims, squeeze, reverse, broadcastTo and identity equal the JavaScript backend, gradients too', async () => {
  await expectLikeEager(
    (x) => [tf.reshape(x, [3, -1]), tf.expandDims(x, 1), tf.squeeze(x, [1]), tf.reverse(x, [0, 2]), tf.clone(x)],
    [normal([2, 1, 6])],
    0,
  )
  await expectLikeEager((x) => tf.broadcastTo(x, [4, 2, 3]), [normal([2, 1])], 0)
  await expectGradientsLikeEager((x) => tf.broadcastTo(x, [4, 2, 3]), [normal([2, 3])])
  await expectGradientsLikeEager((x) => tf.reverse(tf.transpose(x), 0), [normal([2, 3])])
})

test('made tensors equal the JavaScript backend exactly', async () => {
  const made = (x: tf.Tensor) => [
    tf.add(x, tf.range(0, 6, 2)),
    tf.add(x, tf.linspace(1, 2, 3)),
    tf.add(x, tf.fill([3], 7)),
    tf.onesLike(x),
    tf.zerosLike(x),
    tf.eye(3),
  ]
  await expectLikeEager(made, [normal([3])], 0)
  await expectLikeEager((x) => tf.add(x, tf.tensor1d([1, 2, 3], 'int32')), [integers([3], 0, 9)], 0)
})
