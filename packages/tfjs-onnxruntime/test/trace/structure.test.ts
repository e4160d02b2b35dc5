import * as tf from '@tensorflow/tfjs-core'
import { InferenceSession } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { compile, toOnnx } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const specs = [
  { images: { shape: [2, 2] }, weights: [{ shape: [2, 1] }, { shape: [1], dtype: 'int32' }] },
  { shape: [], name: 'rate' },
] as const

interface Batch {
  images: tf.Tensor2D
  weights: [tf.Tensor2D, tf.Tensor1D]
}

function score({ images, weights: [matrix, bias] }: Batch, rate: tf.Tensor) {
  return { scores: tf.mul(tf.add(tf.matMul(images, matrix), bias), rate), parts: [tf.sum(images)] }
}

test('inputs come in the structure of their specs, and results in that of the function', async () => {
  const compiled = await compile(score, specs)
  const images = new Float32Array([1, 2, 3, 4])
  const { scores, parts } = await compiled.run(
    { images, weights: [tf.tensor2d([[1], [10]]), new Int32Array([100])] },
    2,
  )
  expect(scores).toMatchObject({ data: new Float32Array([242, 286]), shape: [2, 1] })
  expect(Array.from(parts[0].data)).toEqual([10])
  await compiled.dispose()
})

test.each([
  [
    'a missing key',
    [{ images: 1 }, 1],
    /Expected an object with images, weights for input 0 but received an object with images/,
  ],
  ['another key', [{ images: 1, weight: [] }, 1], /received an object with images, weight\./],
  [
    'too short a list',
    [{ images: 1, weights: [1] }, 1],
    /Expected an array of 2 for input 0\.weights but received an array of 1/,
  ],
  ['a tensor for a structure', [tf.scalar(1), 1], /for input 0 but received Tensor/],
  ['too few inputs', [1], /Expected 2 inputs but received 1 inputs/],
  [
    'a wrong length inside',
    [{ images: new Float32Array(3), weights: [1, 1] }, 1],
    /float32 \[2,2\] for input 0\.images but received 3 numbers/,
  ],
])('%s is refused by its place', async (_, inputs, message) => {
  const compiled = await compile(score, specs)
  await expect(compiled.run(...(inputs as Parameters<typeof compiled.run>))).rejects.toThrow(message)
  await compiled.dispose()
})

test('an exported file names inputs by their place in the structure', async () => {
  const session = await InferenceSession.create(toOnnx(score, specs))
  expect(session.inputNames).toEqual(['input0.images', 'input0.weights.0', 'input0.weights.1', 'rate'])
  expect(session.outputNames).toEqual(['scores', 'output1'])
  await session.release()
})

test('specs without a shape are refused', async () => {
  await expect(compile((x: tf.Tensor) => x, [[3]] as never)).rejects.toThrow(
    /Expected an array of input specs with a shape.*received number 3/,
  )
})
