import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, it } from 'vitest'
import { openEngine, TensorEngineError } from '../../src/index.ts'

const reason = await openEngine('onnxruntime', { device: 'webgpu' }).then(
  () => undefined,
  (error: unknown) => error,
)
const hasAdapter = reason === undefined

it.skipIf(hasAdapter)('a device that is not there is an error that names it and says what to use', () => {
  expect(reason).toBeInstanceOf(TensorEngineError)
  expect(reason).toMatchObject({ code: 'device-unavailable', details: { device: 'webgpu' } })
  expect((reason as Error).message).toMatch(/^Expected a device for webgpu but received: .* Use device cpu\.$/)
})

it.skipIf(!hasAdapter)(
  'trains on webgpu as on the processor: losses within 1e-4, and weights once they are downloaded',
  async () => {
    const results: number[][] = []
    for (const device of ['cpu', 'webgpu'] as const) {
      const engine = await openEngine('onnxruntime', { threads: 1, device })
      const filter = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 4, 8], 0, 0.3, 'float32', 1))
      const step = (x: tf.Tensor, learningRate: tf.Tensor) => {
        const { value, grads } = tf.variableGrads(() => {
          const y = engine.ops.groupedConv2d(x as tf.Tensor4D, filter, 1, 1, 1)
          return tf.mean(tf.square(tf.sub(tf.relu(y), 1)))
        }, [filter])
        filter.assign(tf.sub(filter, tf.mul(learningRate, grads[filter.name])))
        return [value]
      }
      const prepared = await engine.prepare(step, [[2, 8, 8, 4], []])
      const images = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i))
      const losses: number[] = []
      for (let i = 0; i < 3; i++) losses.push((await prepared.run(images, Float32Array.of(0.5)))[0][0])
      const before = filter.dataSync()[0]
      await prepared.download()
      results.push([...losses, filter.dataSync()[0]])
      if (device === 'webgpu') expect(filter.dataSync()[0]).not.toBe(before)
      await prepared.dispose()
      filter.dispose()
    }
    results[0].forEach((value, i) => {
      expect(Math.abs(value - results[1][i])).toBeLessThan(1e-4)
    })
  },
)

afterAll(() => tf.disposeVariables())
