import { loadOpenVino } from '@mammokit/openvino-runtime'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { type CompileOptions, compile, createAdam, EngineError, registerBackend } from '../../src/index.ts'
import { obstacleOf } from '../../src/runtime/node.ts'
import { expectClose, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const obstacle = obstacleOf('openvino')
const onOpenVino = { executionProviders: ['openvino'], intraOpNumThreads: 1 } as const satisfies CompileOptions

test.skipIf(obstacle === undefined)(
  'openvino where it is missing says how it is had, and the next provider is used',
  async () => {
    const negate = (x: tf.Tensor) => tf.neg(x)
    const failure = await compile(negate, [{ shape: [2] }], onOpenVino).catch((error) => error)
    expect(failure).toBeInstanceOf(EngineError)
    expect(failure).toMatchObject({ code: 'provider', message: expect.stringMatching(/koffi|MAMMOKIT_OPENVINO/) })
    const compiled = await compile(negate, [{ shape: [2] }], { executionProviders: ['openvino', 'cpu'] })
    expect(compiled).toMatchObject({ executionProvider: 'cpu', fallbacks: [{ executionProvider: 'openvino' }] })
    expect((await compiled.run(Float32Array.of(1, -2))).data).toEqual(Float32Array.of(-1, 2))
    await compiled.dispose()
  },
)

test('the backend of tfjs refuses openvino, which compiles whole functions', async () => {
  await expect(registerBackend({ name: 'on-openvino', executionProviders: ['openvino'] })).rejects.toMatchObject({
    code: 'provider',
    message: expect.stringContaining('which compiles whole functions'),
  })
})

describe.skipIf(obstacle !== undefined)('with OpenVINO, which needs MAMMOKIT_OPENVINO and koffi', () => {
  /** Losses of 20 steps of a network with all that a residual one has, and its weights after them. */
  async function train(options: CompileOptions) {
    const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.4, 'float32', seed)
    const named = (x: tf.Tensor) => tf.variable(x)
    const filters = [normal([3, 3, 1, 8], 1), normal([3, 3, 8, 8], 2)].map(named) as tf.Variable<tf.Rank.R4>[]
    const [scale, offset, weights] = [tf.ones([8]), tf.zeros([8]), normal([8, 1], 3)].map(named)
    const moving = tf.variable(tf.zeros([8]), false)
    const trained = [...filters, scale!, offset!, weights!]
    const adam = createAdam(trained)
    const step = await compile(
      (x: tf.Tensor, targets: tf.Tensor, learningRate: tf.Tensor) => {
        const { value, grads } = tf.variableGrads(() => {
          const stem = tf.maxPool(tf.relu(tf.conv2d(x as tf.Tensor4D, filters[0]!, 2, 1)), 3, 2, 1)
          const { mean, variance } = tf.moments(stem, [0, 1, 2])
          moving.assign(tf.add(tf.mul(moving, 0.9), tf.mul(mean, 0.1)))
          const normalized = tf.batchNorm(
            stem,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
          )
          const block = tf.relu(tf.add(stem, tf.conv2d(normalized as tf.Tensor4D, filters[1]!, 1, 'same')))
          const gate = tf.sigmoid(tf.mean(block, [1, 2], true))
          const logits = tf.matMul(tf.mean(tf.mul(block, gate), [1, 2]), weights as tf.Tensor2D)
          return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets))) as tf.Scalar
        }, trained)
        adam.applyGradients(grads, { learningRate: learningRate as tf.Scalar })
        return value
      },
      [{ shape: [4, 16, 16, 1] }, { shape: [4, 1] }, { shape: [] }],
      options,
    )
    const images = normal([4, 16, 16, 1], 4)
    const losses: number[] = []
    for (let i = 0; i < 20; i++) losses.push((await step.run(images, Float32Array.of(1, 0, 1, 0), 0.01)).data[0]!)
    const values = [...trained, moving].map((variable) => variable.dataSync().slice())
    await step.dispose()
    tf.dispose([...trained, moving, images])
    return { losses, values, step }
  }

  test.each(['host', 'graph'] as const)(
    'twenty steps with updates on the %s have the losses and weights of ONNX Runtime, |delta| <= 1e-4 of the largest',
    async (updates) => {
      const [want, got] = [await train({ intraOpNumThreads: 1 }), await train({ ...onOpenVino, updates })]
      expect(got.step.executionProvider).toBe('openvino')
      expect(want.losses[19]!).toBeLessThan(0.5 * want.losses[0]!)
      expectClose(got.losses, want.losses, 1e-4)
      for (const [i, value] of want.values.entries()) expectClose(got.values[i]!, value, 1e-3)
    },
  )

  test('in bfloat16 twenty steps learn what they learn in float32 where the processor has it, and it is refused elsewhere', async () => {
    const inBfloat16 = { ...onOpenVino, precision: 'bfloat16' } as const
    if (!loadOpenVino().precisions.includes('bfloat16')) {
      await expect(train(inBfloat16)).rejects.toMatchObject({ code: 'provider' })
      return
    }
    const [want, got] = [await train(onOpenVino), await train(inBfloat16)]
    expect(got.losses).not.toEqual(want.losses)
    expectClose(got.losses, want.losses, 0.03)
  })

  test('takes the batch size of each run where it is open', async () => {
    const weights = tf.variable(tf.randomNormal([3, 2], 0, 1, 'float32', 1))
    const product = await compile(
      (x) => tf.relu(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D)),
      [{ shape: [null, 3] }],
      onOpenVino,
    )
    for (const batch of [1, 4, 2]) {
      const x = tf.randomNormal([batch, 3], 0, 1, 'float32', batch)
      const { data, shape } = await product.run(x)
      expect(shape).toEqual([batch, 2])
      expectClose(data, tf.relu(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D)).dataSync(), 1e-6)
    }
    await product.dispose()
  })

  test('gives each result under its own name, also what is handed on or given twice, and a scalar of a product', async () => {
    const compiled = await compile(
      (x: tf.Tensor, y: tf.Tensor) => {
        const [dx, dy] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.add(a, b)))([x, y])
        return [x, dx!, dy!, tf.dot(x as tf.Tensor1D, y as tf.Tensor1D)]
      },
      [{ shape: [3] }, { shape: [3] }],
      onOpenVino,
    )
    const results = await compiled.run(Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6))
    expect(results.map(({ data }) => [...data])).toEqual([[1, 2, 3], [1, 1, 1], [1, 1, 1], [32]])
    await compiled.dispose()
  })

  test('leaves the thread of JavaScript free while it computes', async () => {
    const square = await compile(
      (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D),
      [{ shape: [1024, 1024] }],
      onOpenVino,
    )
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await square.run(new Float32Array(1024 * 1024).fill(1e-3))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(1)
    await square.dispose()
  })

  test('refuses options that only ONNX Runtime has', async () => {
    await expect(
      compile((x) => tf.neg(x as tf.Tensor), [{ shape: [2] }], { ...onOpenVino, profileFilePrefix: 'profile' }),
    ).rejects.toThrow(/received profileFilePrefix, which is ONNX Runtime's/)
  })

  test('a step is 0 at and below zero and 1 above', async () => {
    const step = await compile((x) => tf.step(x as tf.Tensor), [{ shape: [4] }], onOpenVino)
    expect((await step.run(Float32Array.of(-2, 0, 1e-30, 3))).data).toEqual(Float32Array.of(0, 0, 1, 1))
    await step.dispose()
  })

  test('a convolution times an input has the elements in their order', async () => {
    const [x, filter, by] = [
      [2, 9, 8, 3],
      [3, 3, 3, 4],
      [2, 9, 8, 4],
    ].map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i + 1))
    const convolve = (...[image, weights, factor]: tf.Tensor[]) =>
      tf.mul(factor!, tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 1, 'same'))
    const compiled = await compile(
      convolve,
      [{ shape: [2, 9, 8, 3] }, { shape: [3, 3, 3, 4] }, { shape: [2, 9, 8, 4] }],
      onOpenVino,
    )
    expectClose((await compiled.run(x!, filter!, by!)).data, convolve(x!, filter!, by!).dataSync(), 1e-5)
    await compiled.dispose()
  })
})
