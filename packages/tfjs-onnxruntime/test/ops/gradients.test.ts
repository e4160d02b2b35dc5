import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { registerMissingGradients } from '../../src/ops/gradients.ts'
import { expectClose, useJavaScriptBackend } from '../compare.ts'
import { onProvider } from '../provider.ts'

useJavaScriptBackend()

type Fn = (...xs: tf.Tensor[]) => tf.Tensor

const noise = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)

/** Central differences of a sum of the function's products with fixed weights, for each element of one input. */
function numericGradient(fn: Fn, inputs: readonly tf.Tensor[], which: number, step: number): number[] {
  const weights = noise(fn(...inputs).shape, 99)
  const at = (values: Float32Array) =>
    tf.tidy(() => {
      const moved = inputs.map((x, i) => (i === which ? tf.tensor(values, x.shape) : x))
      return tf.sum(tf.mul(fn(...moved), weights)).dataSync()[0]
    })
  const numbers = inputs[which].dataSync() as Float32Array
  return Array.from(numbers, (_, place) => {
    const [up, down] = [step, -step].map((change) => at(numbers.map((x, i) => (i === place ? x + change : x))))
    return (up - down) / (2 * step)
  })
}

/** Expects the gradients of every input, eager and compiled, to be those of finite differences. */
async function expectNumeric(fn: Fn, inputs: readonly tf.Tensor[], step: number, tolerance: number): Promise<void> {
  registerMissingGradients()
  const weights = noise(fn(...inputs).shape, 99)
  const gradients = (...xs: tf.Tensor[]) =>
    tf.grads((...ys: tf.Tensor[]) => tf.mul(fn(...ys), weights) as tf.Tensor)(xs)
  const eager = gradients(...inputs)
  const compiled = await compile(
    gradients,
    inputs.map(({ shape }) => ({ shape })),
    onProvider,
  )
  const got = await compiled.run(...inputs)
  await compiled.dispose()
  for (const [i, gradient] of eager.entries()) {
    const want = numericGradient(fn, inputs, i, step)
    expectClose(gradient.dataSync(), want, tolerance)
    expectClose(got[i].data, want, tolerance)
  }
}

test.each([
  ['ij,jk->ik', [2, 3], [3, 4]],
  ['bij,bjk->bik', [2, 2, 3], [2, 3, 2]],
  ['ij,ij->', [2, 3], [2, 3]],
  ['i,j->ij', [3], [2]],
  ['abc,cd->dba', [2, 3, 2], [2, 2]],
  ['ij,kj->i', [2, 3], [4, 3]],
  ['ij->ji', [2, 3]],
  ['ijk->j', [2, 3, 2]],
  ['ij->', [2, 3]],
])('the gradient of einsum %s equals finite differences, |delta| <= 1e-3', async (equation, ...shapes) => {
  const inputs = shapes.map((shape, i) => noise(shape as number[], i + 1))
  await expectNumeric((...xs) => tf.einsum(equation, ...xs), inputs, 0.5, 1e-3)
})

test.each([
  [[5], 2],
  [[2, 3, 6], 3],
  [[3, 4], 4],
  [[4, 1], 1],
] as [number[], number][])(
  'the gradient of topk of %j for k = %i equals finite differences, |delta| <= 1e-3',
  async (shape, k) => {
    const size = shape.reduce((a, b) => a * b, 1)
    // Far enough from one another for the order to stay.
    const x = tf.tensor(
      Float32Array.from({ length: size }, (_, i) => ((i * 7) % size) / 4),
      shape,
    )
    await expectNumeric((y) => tf.topk(y, k).values, [x], 0.05, 1e-3)
  },
)

/** Smooth functions, those whose gradient tfjs computes from their output among them. */
const smooth: Readonly<Record<string, Fn>> = {
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  exp: (x) => tf.exp(x),
  expm1: (x) => tf.expm1(x),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  logSumExp: (x) => tf.logSumExp(x, 1, true),
  pow: (x) => tf.pow(tf.add(tf.square(x), 1), 1.5),
  elu: (x) => tf.elu(x),
  selu: (x) => tf.selu(x),
  softplus: (x) => tf.softplus(x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  gelu: (x) => tf.mul(x, tf.add(0.5, tf.mul(0.5, tf.erf(tf.div(x, Math.SQRT2))))),
  sqrt: (x) => tf.sqrt(tf.add(tf.square(x), 1)),
  rsqrt: (x) => tf.rsqrt(tf.add(tf.square(x), 1)),
  reciprocal: (x) => tf.reciprocal(tf.add(tf.square(x), 1)),
  log: (x) => tf.log(tf.add(tf.square(x), 1)),
  log1p: (x) => tf.log1p(tf.square(x)),
  sin: (x) => tf.sin(x),
  cosh: (x) => tf.cosh(x),
  atan: (x) => tf.atan(x),
  asinh: (x) => tf.asinh(x),
  matMul: (x) => tf.matMul(tf.tanh(x) as tf.Tensor2D, tf.exp(x) as tf.Tensor2D, false, true),
  max: (x) => tf.square(tf.max(tf.tanh(x), 1)),
  clipByValue: (x) => tf.square(tf.clipByValue(tf.exp(x), 0.2, 4)),
  leakyRelu: (x) => tf.square(tf.leakyRelu(x, 0.1)),
  prelu: (x) => tf.square(tf.prelu(x, tf.scalar(0.2))),
  minimum: (x) => tf.square(tf.minimum(tf.exp(x), tf.scalar(3))),
}

test.each(Object.entries(smooth))(
  'the second derivative of %s equals finite differences of the first, |delta| <= 2e-3',
  async (_, fn) => {
    const x = tf.tensor2d([
      [0.31, -1.2, 0.77],
      [-0.45, 1.6, -2.1],
    ])
    const gradient: Fn = (y) => tf.grad((z: tf.Tensor) => tf.sum(tf.mul(fn(z), noise(fn(z).shape, 5))))(y)
    await expectNumeric(gradient, [x], 0.01, 2e-3)
  },
)

test('third derivatives follow too: that of exp is exp, |delta| <= 1e-5', () => {
  registerMissingGradients()
  const derivative =
    (fn: Fn): Fn =>
    (x) =>
      tf.grad((y: tf.Tensor) => tf.sum(fn(y)))(x)
  const x = tf.tensor1d([0.5, -1])
  const third = derivative(derivative(derivative((y) => tf.exp(y))))(x)
  expectClose(third.dataSync(), tf.exp(x).dataSync(), 1e-5)
})

test('a gradient costs as many tensors as before, and leaves none', () => {
  registerMissingGradients()
  const x = tf.ones([4])
  const before = tf.memory().numTensors
  tf.grad((y: tf.Tensor) => tf.sum(tf.tanh(tf.sigmoid(tf.exp(y)))))(x).dispose()
  expect(tf.memory().numTensors).toBe(before)
})
