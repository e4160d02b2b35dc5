import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, toOnnx } from '../src/index.ts'
import { codeOf } from './code-of.ts'
import { useJavaScriptBackend } from './compare.ts'

useJavaScriptBackend()

const scalar = [{ shape: [] }]

test('refuses a value that is not a function, specs that are not an array, open shapes and taken names', async () => {
  const add = (x: tf.Tensor, y: tf.Tensor) => tf.add(x, y)
  expect(await codeOf(() => compile({} as never, scalar))).toMatch(/^bad-input: Expected a function of tensors/)
  expect(await codeOf(() => compile(add, { shape: [] } as never))).toMatch(
    /^bad-input: Expected an array of input specs/,
  )
  expect(await codeOf(() => compile(add, [{ shape: [-1] }, { shape: [] }]))).toMatch(/^bad-input: .*input 0 .*\[-1\]/)
  for (const name of ['input0', 'output0'])
    expect(await codeOf(() => compile(add, [{ shape: [] }, { shape: [], name }]))).toMatch(/^bad-input: .*twice/)
})

test('an input may have a name that values inside of the graph would have', async () => {
  const names = ['v0', 'v1', 'v2'].map((name) => ({ shape: [], name }))
  const compiled = await compile((x, y, z) => tf.add(tf.mul(x, 3), tf.sub(tf.mul(y, 5), z)), names)
  expect((await compiled.run(1, 2, 3)).data[0]).toBe(10)
  await compiled.dispose()
})

test('frozen variables cannot be assigned, and exports cannot have effects or random numbers', async () => {
  const variable = tf.variable(tf.scalar(2))
  const assign = (x: tf.Tensor) => {
    variable.assign(x as tf.Scalar)
    return x
  }
  expect(await codeOf(() => compile(assign, scalar, { freezeVariables: true }))).toMatch(/^bad-variable/)
  expect(() => toOnnx(assign, scalar)).toThrow(/changes no variables/)
  expect(() => toOnnx((x: tf.Tensor) => tf.dropout(x, 0.5), [{ shape: [4] }])).toThrow(/Export inference/)
  variable.dispose()
})

test('a graph over 2 GB is refused before it is written, and nothing of that size is made', async () => {
  // 30000 x 30000 numbers that are all the same are kept as one; written out they would be 3.4 GB.
  const multiply = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, tf.fill([30000, 30000], 0.5))
  const before = process.memoryUsage()
  const message = /^too-large: Expected an ONNX model of less than 2 GB but received 3\.4 GB.*variables or inputs/
  expect(await codeOf(() => compile(multiply, [{ shape: [1, 30000] }]))).toMatch(message)
  expect(await codeOf(async () => toOnnx(multiply, [{ shape: [1, 30000] }]))).toMatch(message)
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(2 ** 28)
})
