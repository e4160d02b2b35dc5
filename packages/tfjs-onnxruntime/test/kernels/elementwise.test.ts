import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { expectLikeEager, integers, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const modulo = (a: tf.Tensor, b: tf.Tensor) => tf.mod(a, tf.add(tf.abs(b), tf.scalar(1, 'int32')))
const divide = (a: tf.Tensor, b: tf.Tensor) => tf.floorDiv(a, tf.add(tf.abs(b), tf.scalar(1, 'int32')))

test.each([
  ['add', tf.add],
  ['sub', tf.sub],
  ['mul', tf.mul],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['mod', modulo],
  ['floorDiv', divide],
  ['squaredDifference', tf.squaredDifference],
] as const)('%s of whole numbers equals the JavaScript backend exactly', async (_, operation) => {
  await expectLikeEager((a, b) => operation(a, b), [integers([3, 4], -5, 5), integers([3, 4], -5, 5)], 0)
})

const extremes = [0, 1, -1, 7, -7, 16777217, 2147483647, -2147483648]
/** Each of the numbers with each. */
const pairs = (numbers: number[], dtype: 'float32' | 'int32') => [
  tf.tensor1d(
    numbers.flatMap((x) => numbers.map(() => x)),
    dtype,
  ),
  tf.tensor1d(
    numbers.flatMap(() => numbers),
    dtype,
  ),
]

test('whole numbers are divided as in JavaScript, by 0 and the least by -1 too, exactly', async () => {
  const divisions = (a: tf.Tensor, b: tf.Tensor) => [tf.mod(a, b), tf.floorDiv(a, b), tf.div(a, b), tf.divNoNan(a, b)]
  await expectLikeEager(divisions, pairs(extremes, 'int32'), 0)
  for (const divisor of [-1, 0, 3, -7])
    await expectLikeEager(
      (x) => [tf.mod(x, tf.scalar(divisor, 'int32')), tf.floorDiv(x, tf.scalar(divisor, 'int32'))],
      [tf.tensor1d(extremes, 'int32')],
      0,
    )
})

test('NaN and values outside of 32 bits become 0 as integers, and integers are not rounded', async () => {
  const odd = tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -2147483648, 2.7, -2.7])
  await expectLikeEager((x) => [tf.cast(x, 'int32'), tf.floorDiv(x, tf.scalar(0))], [odd], 0)
  await expectLikeEager((x) => [tf.round(x), tf.reciprocal(x)], [tf.tensor1d(extremes, 'int32')], 0)
})

test('the angle of a point equals the JavaScript backend on axes and at infinity, |delta| <= 1e-6', async () => {
  await expectLikeEager(
    (y, x) => tf.atan2(y, x),
    pairs([1, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 'float32'),
    1e-6,
  )
  await expectLikeEager(
    (y, x) => tf.atan2(y, x),
    [tf.tensor1d([1, -1, 0, 0, 3, -3]), tf.tensor1d([-0, -0, 0, -2, 0, 0])],
    1e-6,
  )
  await expectLikeEager((y, x) => tf.atan2(y, x), [integers([9], -3, 4), integers([9], -3, 4)], 0)
})

test('arithmetic of booleans is that of 0 and 1', async () => {
  const asNumbers = (f: (x: tf.Tensor) => tf.Tensor[]) => (x: tf.Tensor) => f(tf.cast(x, 'int32'))
  const arithmetic = (x: tf.Tensor) => [
    tf.square(x),
    tf.sign(x),
    tf.relu(x),
    tf.clipByValue(x, 0, 1),
    tf.cumsum(x),
    tf.cumprod(x),
    tf.mod(x, x),
    tf.squaredDifference(x, tf.logicalNot(tf.cast(x, 'bool'))),
  ]
  await expectLikeEager(arithmetic, [tf.tensor1d([1, 0, 1, 1], 'bool')], 0, asNumbers(arithmetic))
  await expectLikeEager((x) => [tf.max(x), tf.min(x)], [tf.tensor1d([1, 0, 1, 1], 'bool')], 0)
})

test('log1p and expm1 keep the digits of small numbers, relative delta <= 1e-6', async () => {
  const compiled = await compile((x: tf.Tensor) => [tf.log1p(x), tf.expm1(x)], [{ shape: [3] }])
  const small = new Float32Array([1e-6, -1e-7, 1e-9])
  const [log, exp] = await compiled.run(small)
  for (const [i, x] of small.entries()) {
    expect(Math.abs(log.data[i] / Math.log1p(x) - 1)).toBeLessThan(1e-6)
    expect(Math.abs(exp.data[i] / Math.expm1(x) - 1)).toBeLessThan(1e-6)
  }
  await compiled.dispose()
})
