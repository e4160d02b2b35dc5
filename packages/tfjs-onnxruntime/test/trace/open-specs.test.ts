import * as tf from '@tensorflow/tfjs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { batchNormTraining, compile, createAdam, EngineError, groupedConv2d, toOnnx } from '../../src/index.ts'
import { expectClose, useJavaScriptBackend } from '../compare.ts'
import { minTolerance, onProvider } from '../provider.ts'

useJavaScriptBackend()

const noise = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.5, 'float32', seed)
const codeOf = (error: unknown): string =>
  error instanceof EngineError ? `${error.code}: ${error.message}` : `other: ${error}`

/** Images [N, 8, 8, 3] to two results: convolution, statistics that are given, flattening, softmax. */
function createClassifier() {
  const variables = [noise([3, 3, 3, 4], 1), noise([64, 5], 2), tf.zeros([4])].map((values) => tf.variable(values))
  const [filter, weights, offset] = variables
  const forward = (x: tf.Tensor) => {
    const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same')
    const flat = tf.reshape(
      tf.relu(tf.batchNorm(y, tf.zeros([4]), tf.ones([4]), offset as tf.Tensor1D, tf.ones([4]))),
      [-1, 64],
    )
    const ones = tf.onesLike(tf.slice(flat, [0, 0], [-1, 1]))
    return { probabilities: tf.softmax(tf.matMul(flat as tf.Tensor2D, weights as tf.Tensor2D)), ones }
  }
  return { forward, variables, dispose: () => tf.dispose(variables) }
}

test.each([true, false])('a function compiled once takes batches of any size, frozen: %s', async (freezeVariables) => {
  const { forward, dispose } = createClassifier()
  const compiled = await compile(forward, [{ shape: [null, 8, 8, 3] }], { ...onProvider, freezeVariables })
  for (const batch of [1, 7, 3, 12]) {
    const x = noise([batch, 8, 8, 3], batch)
    const want = forward(x)
    const got = batch === 3 ? await compiled.run(x.dataSync() as Float32Array) : await compiled.run(x)
    expect(got.probabilities.shape).toEqual([batch, 5])
    expect(got.ones.shape).toEqual([batch, 1])
    expectClose(got.probabilities.data, want.probabilities.dataSync(), 1e-5)
    expectClose(got.ones.data, want.ones.dataSync(), 0)
  }
  await compiled.dispose()
  dispose()
})

test.each(['host', 'graph'] as const)(
  'a training step takes a last batch that is smaller: losses and weights as without compile, updates by the %s',
  async (updates) => {
    const [compiled, eager] = [createClassifier(), createClassifier()].map((model) => ({
      model,
      adam: createAdam(model.variables),
    }))
    const stepOf =
      ({ model, adam }: typeof compiled) =>
      (x: tf.Tensor, targets: tf.Tensor) => {
        const { value, grads } = tf.variableGrads(() => {
          const { probabilities } = model.forward(x)
          return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.log(probabilities)), 1))) as tf.Scalar
        }, model.variables)
        adam.applyGradients(grads, { learningRate: 0.01 })
        return value
      }
    const specs = [{ shape: [null, 8, 8, 3] }, { shape: [null, 5] }]
    const step = await compile(stepOf(compiled), specs, { ...onProvider, updates })
    for (const batch of [6, 6, 2, 6, 1]) {
      const [x, targets] = [noise([batch, 8, 8, 3], batch), tf.softmax(noise([batch, 5], 9 + batch))]
      const want = stepOf(eager)(x, targets).dataSync()
      expectClose((await step.run(x, targets)).data, want, 1e-5)
    }
    await step.download()
    for (const [i, variable] of compiled.model.variables.entries())
      expectClose(variable.dataSync(), eager.model.variables[i].dataSync(), 1e-4)
    await step.dispose()
    for (const { model, adam } of [compiled, eager]) {
      model.dispose()
      adam.dispose()
    }
  },
)

test('dropout draws for each batch size, and the same numbers for the same seed and step', async () => {
  const drop = (x: tf.Tensor) => tf.dropout(tf.onesLike(x), 0.5)
  const compiled = await compile(drop, [{ shape: [null, 40] }], { ...onProvider, seed: 5 })
  const runs = [4, 2, 4, 4]
  const found: Float32Array[] = []
  for (const batch of runs) found.push((await compiled.run(tf.ones([batch, 40]))).data as Float32Array)
  expect(found.map(({ length }) => length)).toEqual([160, 80, 160, 160])
  expect(found[0]).not.toEqual(found[2])
  compiled.step = 2
  expect((await compiled.run(tf.ones([4, 40]))).data).toEqual(found[2])
  await compiled.dispose()
})

test('a function that depends on the batch size other than by shape is refused, and the operator named', async () => {
  const specs = [{ shape: [null, 4, 4, 2] }]
  const refused = async (fn: (x: tf.Tensor) => tf.Tensor) =>
    compile(fn, specs, onProvider).then(() => 'no error', codeOf)
  expect(await refused((x) => tf.mul(tf.sum(x, [1, 2, 3]), tf.range(0, x.shape[0])))).toMatch(
    /^bad-input: .*depend on the batch size but received one where Mul does/,
  )
  expect(await refused((x) => tf.add(tf.sum(x), x.shape[0] / (x.shape[0] - 1)))).toMatch(/where Add does/)
  expect(await refused((x) => tf.slice(x, [x.shape[0] - 1], [1]))).toMatch(/where Slice does/)
  expect(await refused((x) => (x.shape[0] > 8 ? tf.neg(tf.exp(x)) : tf.neg(x)))).toMatch(/number of its nodes does/)
  expect(await refused((x) => tf.reshape(x, [7, 32]))).toMatch(/takes any batch .* takes 7 and fails at 11/)
  expect(await compile((x: tf.Tensor) => x, [{ shape: [2, null] }]).catch(codeOf)).toMatch(
    /Only the batch size may be null/,
  )
})

test('batch statistics of a training step may have any batch size', async () => {
  const normalize = (x: tf.Tensor) => {
    const f = (y: tf.Tensor) =>
      tf.sum(tf.mul(batchNormTraining(y as tf.Tensor4D, tf.ones([2]), tf.zeros([2]), 1e-5).y, tf.cos(y)))
    return [f(x), tf.grad(f)(x)]
  }
  const compiled = await compile(normalize, [{ shape: [null, 4, 4, 2] }], onProvider)
  for (const batch of [1, 3]) {
    const x = noise([batch, 4, 4, 2], batch)
    const got = await compiled.run(x)
    for (const [i, want] of normalize(x).entries())
      expectClose(got[i].data, want.dataSync(), Math.max(1e-4, minTolerance))
  }
  await compiled.dispose()
})

test('batches of different sizes, and none, are refused by name', async () => {
  const specs = [{ shape: [null, 2], name: 'x' }, { shape: [null] }]
  const compiled = await compile((x: tf.Tensor, y: tf.Tensor) => [tf.neg(x), tf.neg(y)], specs, onProvider)
  const refused = (...values: [tf.Tensor | Float32Array, tf.Tensor]) => compiled.run(...values).then(() => '', codeOf)
  expect(await refused(tf.ones([3, 2]), tf.ones([2]))).toMatch(/one batch size .* received 3 and 2/)
  expect(await refused(tf.ones([3, 3]), tf.ones([3]))).toMatch(/Expected float32 \[null,2\] for input x .*\[3,3\]/)
  expect(await refused(new Float32Array(5), tf.ones([3]))).toMatch(/received 5 numbers/)
  expect(await refused(tf.zeros([0, 2]), tf.zeros([0]))).toMatch(/at least 1/)
  await compiled.dispose()
})

/** Windows of every kind of padding, halving and doubling, a gate, and a mean over the image. */
function convolve(x: tf.Tensor) {
  const filter = (seed: number, channels: number, size = 3) => noise([size, size, channels, 4], seed) as tf.Tensor4D
  let y = tf.relu(tf.conv2d(x as tf.Tensor4D, filter(1, 2, 7), 2, 3)) as tf.Tensor4D
  y = tf.maxPool(y, 3, 2, 1)
  const shortcut = tf.conv2d(y, filter(2, 4, 1), 2, 'valid') as tf.Tensor4D
  y = groupedConv2d(y, noise([3, 3, 2, 4], 3) as tf.Tensor4D, 2, 'same', 2)
  y = tf.avgPool(tf.add(y, shortcut) as tf.Tensor4D, 2, 1, 'same')
  const gate = tf.sigmoid(tf.mean(y, [1, 2], true))
  const halved = tf.maxPool(tf.mul(y, gate) as tf.Tensor4D, 2, 2, 'same')
  return {
    features: tf.image.resizeNearestNeighbor(halved, [2 * halved.shape[1], 2 * halved.shape[2]]),
    scores: tf.mean(halved, [1, 2]),
    flat: tf.reshape(halved, [halved.shape[0], -1]),
  }
}

test('an exported network takes images of any size and batch, even and odd, as tfjs computes them, |delta| <= 1e-5', async () => {
  const file = toOnnx(convolve, [{ shape: [null, null, null, 2], name: 'images' }])
  const session = await InferenceSession.create(file)
  expect(session.inputMetadata[0]).toMatchObject({ shape: ['batch', 'height', 'width', 2] })
  for (const shape of [
    [1, 64, 96, 2],
    [2, 37, 50, 2],
    [3, 41, 35, 2],
    [1, 128, 33, 2],
  ]) {
    const x = noise(shape, 4)
    const got = await session.run({ images: new Tensor('float32', x.dataSync() as Float32Array, shape) })
    for (const [name, want] of Object.entries(convolve(x))) {
      expect(got[name].dims, name).toEqual(want.shape)
      expectClose(got[name].data as Float32Array, want.dataSync(), 1e-5)
    }
  }
  await session.release()
})

test('a network that is made for one size of image cannot leave it open, and the error says what depends on it', () => {
  const images = [{ shape: [1, null, null, 2] }]
  const flatten = (x: tf.Tensor) => tf.matMul(tf.reshape(x, [1, -1]), tf.ones([2 * 256 * 1024, 1]))
  const onlyEven = (x: tf.Tensor) =>
    tf.add(x, tf.image.resizeBilinear(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), [256, 1024]))
  const message = (fn: (x: tf.Tensor) => tf.Tensor): string => {
    try {
      toOnnx(fn, images)
      return 'no error'
    } catch (error) {
      return codeOf(error)
    }
  }
  expect(message(flatten)).toMatch(
    /^bad-input: Expected a function that takes any height .* takes 256 and fails at 257/,
  )
  expect(message(onlyEven)).toMatch(/takes any height .* fails at 257: .*Pass the height as a number/)
  expect(message((x) => tf.mul(x, tf.reshape(tf.range(0, x.shape[1]), [-1, 1, 1])))).toMatch(
    /depend on the height or the width .*where Mul does/,
  )
})

test.each([16, 17, 18, 19, 20, 21, 22, 23, 24])(
  'opset %i: the file gives what tfjs gives, |delta| <= 1e-5',
  async (opset) => {
    const fn = (x: tf.Tensor) => {
      const { features, scores } = convolve(x)
      const extremes = [tf.max(features, 3), tf.min(features, 3), tf.prod(scores, 1), tf.mean(features, 3)]
      const [first, second] = tf.split(
        tf.pad(scores, [
          [0, 0],
          [2, 2],
        ]),
        2,
        1,
      )
      return [
        ...extremes,
        first,
        second,
        tf.topk(scores, 2).values,
        tf.cumsum(scores, 1),
        tf.clipByValue(scores, -1, 1),
      ]
    }
    const file = toOnnx(fn, [{ shape: [2, 32, 32, 2], name: 'images' }], { opset })
    const session = await InferenceSession.create(file)
    const x = noise([2, 32, 32, 2], 6)
    const got = await session.run({ images: new Tensor('float32', x.dataSync() as Float32Array, x.shape) })
    for (const [i, want] of fn(x).entries()) expectClose(got[`output${i}`].data as Float32Array, want.dataSync(), 1e-5)
    await session.release()
  },
)

test('an opset that cannot be written, or that lacks an operator, is refused', () => {
  const and = (x: tf.Tensor) => tf.bitwiseAnd(x as tf.Tensor1D, tf.tensor1d([1, 3], 'int32'))
  const specs = [{ shape: [2], dtype: 'int32' as const }]
  expect(() => toOnnx(and, specs, { opset: 13 })).toThrow(
    /Expected a whole number from 16 to 24 for opset but received 13/,
  )
  expect(() => toOnnx(and, specs, { opset: 17 })).toThrow(/opset 17 but received BitwiseAnd, which came with 18/)
})

test('a batch size that the graph depends on cannot be left open', () => {
  expect(() => toOnnx((x: tf.Tensor) => tf.sum(tf.mul(x, tf.range(0, x.shape[0]))), [{ shape: [null] }])).toThrow(
    /does not depend on the batch size/,
  )
  expect(() => toOnnx((x: tf.Tensor) => x, [{ shape: [2, null] }])).toThrow(/Only the batch size may be null/)
})
