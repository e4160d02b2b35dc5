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
