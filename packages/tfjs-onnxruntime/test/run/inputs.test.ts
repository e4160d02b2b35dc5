import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { codeOf } from '../code-of.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const double = (x: tf.Tensor) => tf.mul(x, 2)

test('a tensor may be disposed of as soon as it was passed', async () => {
  const compiled = await compile(double, [{ shape: [2] }])
  const runs = [1, 2, 3].map((value) => {
    const x = tf.fill([2], value)
    const run = compiled.run(x)
    x.dispose()
    return run
  })
  expect((await Promise.all(runs)).map(({ data }) => data[0])).toEqual([2, 4, 6])
  await compiled.dispose()
})

test('part of an array, and memory that threads share, are read as what they hold', async () => {
  const compiled = await compile(double, [{ shape: [2] }])
  const shared = new Float32Array(new SharedArrayBuffer(8))
  shared.set([5, 6])
  expect((await compiled.run(new Float32Array([1, 2, 3, 4]).subarray(1, 3))).data).toEqual(new Float32Array([4, 6]))
  expect((await compiled.run(shared)).data).toEqual(new Float32Array([10, 12]))
  await compiled.dispose()
})

test('every number but 0 is true, as an input and as a constant', async () => {
  const mask = tf.tensor1d(new Uint8Array([0, 255, 2]), 'bool')
  const compiled = await compile(
    (x: tf.Tensor) => [tf.where(x, 1, 0), tf.logicalNot(x), tf.cast(x, 'int32'), tf.cast(mask, 'int32')],
    [{ shape: [3], dtype: 'bool' }],
  )
  const results = await compiled.run(new Uint8Array([0, 255, 2]))
  expect(results.map(({ data }) => Array.from(data))).toEqual([
    [0, 1, 1],
    [1, 0, 0],
    [0, 1, 1],
    [0, 1, 1],
  ])
  await compiled.dispose()
})

test('one number is what its type holds: any but 0 is true, and int32 takes no other number in silence', async () => {
  const bool = await compile((x: tf.Tensor) => [tf.cast(x, 'int32'), tf.logicalNot(x)], [{ shape: [], dtype: 'bool' }])
  for (const value of [2, 256, 0.5, -1, true])
    expect((await bool.run(value)).map(({ data }) => data[0])).toEqual([1, 0])
  for (const value of [0, false]) expect((await bool.run(value)).map(({ data }) => data[0])).toEqual([0, 1])
  const int = await compile((x: tf.Tensor) => tf.mul(x, 1), [{ shape: [], dtype: 'int32' }])
  expect((await int.run(-(2 ** 31))).data[0]).toBe(-(2 ** 31))
  for (const value of [1.7, 3e9, Number.NaN, true])
    expect(await codeOf(() => int.run(value))).toMatch(/^bad-input: Expected int32 \[\] for input 0 but received the/)
  await Promise.all([bool.dispose(), int.dispose()])
})

test('a variable that is passed as an input is read before it is changed', async () => {
  const variable = tf.tidy(() => tf.variable(tf.ones([4])))
  const step = await compile(
    (x: tf.Tensor, wait: tf.Tensor) => {
      variable.assign(tf.add(variable, 1))
      return tf.sum(tf.mul(x, tf.cos(tf.sin(tf.cos(tf.sin(wait))))))
    },
    [{ shape: [4] }, { shape: [] }],
  )
  for (const value of [1, 2, 3]) {
    const { data } = await step.run(value === 2 ? variable : (variable.dataSync() as Float32Array), 0)
    expect(data[0]).toBeCloseTo(4 * value * Math.cos(Math.sin(1)), 5)
  }
  await step.dispose()
})

test('wrong inputs of a run name place, expected and received', async () => {
  const step = await compile(
    (x: tf.Tensor, n: tf.Tensor) => tf.mul(x, tf.cast(n, 'float32')),
    [
      { shape: [2, 3], name: 'images' },
      { shape: [], dtype: 'int32' },
    ],
  )
  const good = new Float32Array(6)
  expect(await codeOf(() => step.run(good))).toMatch(/^bad-input: Expected 2 inputs but received 1/)
  expect(await codeOf(() => step.run(new Float32Array(5), 1))).toMatch(
    /^bad-input: Expected float32 \[2,3\] for input images but received 5 numbers/,
  )
  expect(await codeOf(() => step.run(new Int32Array(6), 1))).toMatch(/^bad-input: .*Int32Array/)
  expect(await codeOf(() => step.run({ data: good, shape: [3, 2] }, 1))).toMatch(/^bad-input: .*\[3,2\]/)
  expect(await codeOf(() => step.run(tf.zeros([6]), 1))).toMatch(/^bad-input: .*float32 \[6\]/)
  expect(await codeOf(() => step.run(1, 1))).toMatch(/^bad-input: .*the number 1/)
  expect(await codeOf(() => step.run(good, tf.scalar(1)))).toMatch(/^bad-input: Expected int32 \[\] for input 1/)
  const gone = tf.zeros([2, 3])
  gone.dispose()
  expect(await codeOf(() => step.run(gone, 1))).toMatch(/^bad-input: .*disposed/)
  await step.dispose()
  expect(await codeOf(() => step.run(good, 1))).toMatch(/^disposed/)
})
