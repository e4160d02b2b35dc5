import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import {
  booleans,
  expectGradientsLikeEager,
  expectLikeEager,
  integers,
  normal,
  uniform,
  useJavaScriptBackend,
} from '../compare.ts'
import { onProvider, provider, samples } from '../provider.ts'

useJavaScriptBackend()

/** A shape, axes of it, and whether to keep them. */
const reduction = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()], { minLength: 1 }), fc.boolean()))

const operations = [
  ['sum', tf.sum],
  ['mean', tf.mean],
  ['prod', tf.prod],
  ['max', tf.max],
  ['min', tf.min],
  ['logSumExp', tf.logSumExp],
] as const

test.each(operations)(
  '%s equals the JavaScript backend over random axes, |delta| <= 1e-5 of the largest',
  async (_, operation) => {
    await fc.assert(
      fc.asyncProperty(reduction, async ([shape, axes, keep]) => {
        await expectLikeEager((x) => operation(x, axes, keep), [normal(shape)])
      }),
      samples(6),
    )
  },
)

test.each(operations)(
  'the gradient of %s equals the JavaScript backend, |delta| <= 1e-4 of the largest',
  async (_, operation) => {
    await expectGradientsLikeEager((x) => operation(x, [1]), [uniform([2, 3, 4], 0.5, 2)])
    await expectGradientsLikeEager((x) => operation(x, [0, 2], true), [uniform([2, 3, 4], 0.5, 2)])
  },
)

test.each([
  ['sum', tf.sum],
  ['max', tf.max],
  ['min', tf.min],
  ['prod', tf.prod],
] as const)('%s of integers equals the JavaScript backend exactly', async (_, operation) => {
  await expectLikeEager((x) => operation(x, 0), [integers([3, 4], -4, 4)], 0)
})

test('all and any equal the JavaScript backend exactly', async () => {
  await expectLikeEager((x) => [tf.all(x), tf.any(x), tf.all(x, 0), tf.any(x, 1, true)], [booleans([3, 4])], 0)
})

test('all and any of nothing are true and false', async () => {
  const compiled = await compile((x: tf.Tensor) => [tf.all(x), tf.any(x)], [{ shape: [0], dtype: 'bool' }], onProvider)
  const results = await compiled.run(new Uint8Array(0))
  expect(results.map(({ data }) => data[0])).toEqual([1, 0])
  await compiled.dispose()
})

// WGSL does not guarantee a test for NaN.
test.runIf(provider === 'cpu')(
  'the extreme of what holds no number is none, infinities are extremes, and so do their gradients',
  async () => {
    const rows = tf.tensor2d([
      [1, Number.NaN, 3],
      [Number.NEGATIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
      [5, 5, 4],
    ])
    await expectLikeEager((x) => [tf.max(x, 1), tf.min(x, 1), tf.max(x), tf.min(x, 0, true)], [rows], 0)
    for (const extreme of [tf.max, tf.min]) await expectLikeEager((x) => tf.grad((v) => extreme(v, 1))(x), [rows], 0)
  },
)

test('argMax and argMin equal the JavaScript backend exactly', async () => {
  await expectLikeEager((x) => [tf.argMax(x, 0), tf.argMin(x, 1), tf.argMax(x, -1)], [normal([3, 4, 5])], 0)
})

test('cumsum and cumprod equal the JavaScript backend in all forms, |delta| <= 1e-5 of the largest', async () => {
  for (const [exclusive, reverse] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])
    await expectLikeEager(
      (x) => [tf.cumsum(x, 1, exclusive, reverse), tf.cumprod(x, 0, exclusive, reverse)],
      [normal([5, 6])],
    )
  await expectGradientsLikeEager((x) => tf.cumsum(x, 1), [normal([2, 5])])
})

test('moments, norm and variance by hand equal the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  await expectLikeEager(
    (x) => [tf.moments(x, [0, 1]).mean, tf.moments(x, [0, 1]).variance, tf.norm(x)],
    [normal([3, 4, 2])],
  )
})
