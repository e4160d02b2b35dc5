import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  booleans,
  expectGradientsLikeEager,
  expectLikeEager,
  integers,
  normal,
  uniform,
  useJavaScriptBackend,
} from '../compare.ts'

useJavaScriptBackend()

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 4 })
const runs = { numRuns: 4 }

/** Operation, and the range that its input is taken from. */
const unary: [string, (x: tf.Tensor) => tf.Tensor, number, number][] = [
  ['abs', tf.abs, -2, 2],
  ['neg', tf.neg, -2, 2],
  ['sign', tf.sign, -2, 2],
  ['exp', tf.exp, -2, 2],
  ['expm1', tf.expm1, -2, 2],
  ['log', tf.log, 0.1, 4],
  ['log1p', tf.log1p, -0.5, 4],
  ['sqrt', tf.sqrt, 0.1, 4],
  ['rsqrt', tf.rsqrt, 0.1, 4],
  ['square', tf.square, -2, 2],
  ['reciprocal', tf.reciprocal, 0.2, 3],
  ['floor', tf.floor, -4, 4],
  ['ceil', tf.ceil, -4, 4],
  ['round', tf.round, -4, 4],
  ['sin', tf.sin, -3, 3],
  ['cos', tf.cos, -3, 3],
  ['tan', tf.tan, -1, 1],
  ['asin', tf.asin, -0.9, 0.9],
  ['acos', tf.acos, -0.9, 0.9],
  ['atan', tf.atan, -3, 3],
  ['sinh', tf.sinh, -2, 2],
  ['cosh', tf.cosh, -2, 2],
  ['tanh', tf.tanh, -2, 2],
  ['asinh', tf.asinh, -3, 3],
  ['acosh', tf.acosh, 1.1, 4],
  ['atanh', tf.atanh, -0.9, 0.9],
  ['erf', tf.erf, -2, 2],
  ['sigmoid', tf.sigmoid, -4, 4],
  ['softplus', tf.softplus, -4, 4],
  ['logSigmoid', (x) => tf.neg(tf.softplus(tf.neg(x))), -4, 4],
  ['relu', tf.relu, -2, 2],
  ['relu6', tf.relu6, -4, 9],
  ['elu', tf.elu, -2, 2],
  ['selu', tf.selu, -2, 2],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.3), -2, 2],
  ['step', (x) => tf.step(x), -2, 2],
  ['step of slope', (x) => tf.step(x, 0.25), -2, 2],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 1), -2, 2],
]

test.each(unary)(
  '%s equals the JavaScript backend on random shapes, |delta| <= 1e-5 of the largest',
  async (_, operation, low, high) => {
    await fc.assert(
      fc.asyncProperty(shape, async (lengths) => {
        await expectLikeEager(operation, [uniform(lengths, low, high)])
      }),
      runs,
    )
  },
)

const withoutGradient = ['ceil', 'floor', 'round', 'sign', 'step', 'step of slope']

test.each(unary.filter(([name]) => !withoutGradient.includes(name)))(
  'the gradient of %s equals the JavaScript backend, |delta| <= 1e-4 of the largest',
  async (_, operation, low, high) => {
    await expectGradientsLikeEager(operation, [uniform([3, 4], low, high)])
  },
)

const binary: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, number, number][] = [
  ['add', tf.add, -2, 2],
  ['sub', tf.sub, -2, 2],
  ['mul', tf.mul, -2, 2],
  ['div', tf.div, 0.3, 3],
  ['floorDiv', tf.floorDiv, 0.3, 9],
  ['mod', tf.mod, -5, 5],
  ['pow', tf.pow, 0.3, 3],
  ['maximum', tf.maximum, -2, 2],
  ['minimum', tf.minimum, -2, 2],
  ['squaredDifference', tf.squaredDifference, -2, 2],
  ['atan2', tf.atan2, -2, 2],
  ['prelu', (a, b) => tf.prelu(a, b), -2, 2],
]

/** Shapes that broadcast to one another. */
const pair = shape.chain((lengths) =>
  fc
    .tuple(
      fc.constant(lengths),
      fc.integer({ min: 0, max: lengths.length }),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    )
    .map(([whole, from, ones]): [number[], number[]] => [
      whole,
      whole.slice(from).map((length, i) => (ones[i] ? 1 : length)),
    ]),
)

test.each(binary)(
  '%s equals the JavaScript backend on shapes that broadcast, |delta| <= 1e-5 of the largest',
  async (_, operation, low, high) => {
    await fc.assert(
      fc.asyncProperty(pair, async ([a, b]) => {
        await expectLikeEager(operation, [uniform(a, low, high), uniform(b, low, high)])
      }),
      runs,
    )
  },
)

test.each(binary.filter(([name]) => !['floorDiv', 'mod'].includes(name)))(
  'the gradients of %s equal the JavaScript backend, |delta| <= 1e-4 of the largest',
  async (name, operation, low, high) => {
    // tfjs itself has no gradient of these for shapes that broadcast.
    const other = ['maximum', 'minimum', 'squaredDifference'].includes(name) ? [2, 3, 4] : [3, 1]
    await expectGradientsLikeEager(operation, [uniform([2, 3, 4], low, high), uniform(other, low, high)])
  },
)

const ofIntegers: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['add', tf.add],
  ['sub', tf.sub],
  ['mul', tf.mul],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['mod', (a, b) => tf.mod(a, tf.add(tf.abs(b), tf.scalar(1, 'int32')))],
  ['floorDiv', (a, b) => tf.floorDiv(a, tf.add(tf.abs(b), tf.scalar(1, 'int32')))],
  ['bitwiseAnd', (a, b) => tf.bitwiseAnd(a as tf.Tensor, b)],
  ['squaredDifference', tf.squaredDifference],
  ['equal', tf.equal],
  ['notEqual', tf.notEqual],
  ['less', tf.less],
  ['lessEqual', tf.lessEqual],
  ['greater', tf.greater],
  ['greaterEqual', tf.greaterEqual],
]

test.each(ofIntegers)('%s of integers equals the JavaScript backend exactly', async (_, operation) => {
  await expectLikeEager(operation, [integers([3, 4], -5, 5), integers([3, 4], -5, 5)], 0)
})

test.each([
  ['logicalAnd', tf.logicalAnd],
  ['logicalOr', tf.logicalOr],
  ['logicalXor', tf.logicalXor],
] as const)('%s equals the JavaScript backend exactly', async (_, operation) => {
  await expectLikeEager(operation, [booleans([3, 4]), booleans([4])], 0)
})

test('logicalNot, isNaN, isInf and isFinite equal the JavaScript backend exactly', async () => {
  await expectLikeEager(tf.logicalNot, [booleans([5])], 0)
  const odd = tf.tensor1d([1, Number.NaN, Infinity, -Infinity, 0])
  await expectLikeEager((x) => [tf.isNaN(x), tf.isInf(x), tf.isFinite(x)], [odd], 0)
})

test('where and its gradient equal the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  const condition = booleans([3, 4])
  await expectLikeEager((c, a, b) => tf.where(c as tf.Tensor<tf.Rank>, a, b), [condition, normal([3, 4]), normal([4])])
  const fixed = tf.tensor2d(
    [
      [1, 0],
      [0, 1],
    ],
    [2, 2],
    'bool',
  )
  await expectGradientsLikeEager((a, b) => tf.where(fixed, a, b), [normal([2, 2]), normal([2, 2])])
})

test('casts between float32, int32 and bool equal the JavaScript backend exactly', async () => {
  const types = ['float32', 'int32', 'bool'] as const
  for (const from of [uniform([6], -3, 3), integers([6], -2, 3), booleans([6])])
    for (const to of types) await expectLikeEager((x) => tf.cast(x, to), [from], 0)
})

test('sums of several tensors equal the JavaScript backend, |delta| <= 1e-5 of the largest', async () => {
  await expectLikeEager((a, b, c) => tf.addN([a, b, c]), [normal([3, 2]), normal([3, 2]), normal([3, 2])])
})

test('log1p and expm1 keep the digits of small numbers, relative delta <= 1e-6', async () => {
  const { compile } = await import('../../src/index.ts')
  const compiled = await compile((x: tf.Tensor) => [tf.log1p(x), tf.expm1(x)], [{ shape: [3] }])
  const small = new Float32Array([1e-6, -1e-7, 1e-9])
  const [log, exp] = await compiled.run(small)
  for (const [i, x] of small.entries()) {
    expect(Math.abs(log.data[i] / Math.log1p(x) - 1)).toBeLessThan(1e-6)
    expect(Math.abs(exp.data[i] / Math.expm1(x) - 1)).toBeLessThan(1e-6)
  }
  await compiled.dispose()
})
