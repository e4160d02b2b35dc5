import * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import * as node from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { compile } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'
import { onProvider, provider } from '../provider.ts'

useJavaScriptBackend()

/** Copies between memory and the device since the last look: tensors that sessions were given in one place, or gave, and how many stayed. */
let moved = { up: 0, down: 0, stayed: 0 }

function copies() {
  const found = moved
  moved = { up: 0, down: 0, stayed: 0 }
  return found
}

/** onnxruntime-node, whose sessions count what they copy. */
const runtime = {
  Tensor: node.Tensor as ort.TensorConstructor,
  InferenceSession: {
    async create(model: Uint8Array, options: ort.InferenceSession.SessionOptions) {
      const session = await node.InferenceSession.create(model, options)
      const run = session.run.bind(session)
      session.run = async (feeds: ort.InferenceSession.FeedsType, ...rest: never[]) => {
        const fetched = await run(feeds, ...rest)
        for (const { location } of Object.values(feeds)) location === 'cpu' ? moved.up++ : moved.stayed++
        for (const { location } of Object.values(fetched)) location === 'cpu' ? moved.down++ : moved.stayed++
        return fetched
      }
      return session
    },
  } as ort.InferenceSessionFactory,
}

async function createStep() {
  const weights = tf.variable(tf.tensor1d([1, 2, 3]))
  const scale = tf.variable(tf.scalar(2))
  const step = await compile(
    (x: tf.Tensor) => {
      weights.assign(tf.add(weights, tf.mul(x, scale)) as tf.Tensor1D)
      return tf.sum(weights)
    },
    [{ shape: [] }],
    { ...onProvider, runtime },
  )
  return { weights, scale, step }
}

test.runIf(provider === 'webgpu')(
  'variables stay on the device: a step copies its input there and its loss back, and what was assigned outside',
  async () => {
    const { weights, scale, step } = await createStep()
    expect((await step.run(1)).data[0]).toBe(12)
    // Two variables went there; the step read them there and left one there.
    expect(copies()).toEqual({ up: 3, down: 1, stayed: 5 })
    const quiet = { up: 1, down: 1, stayed: 3 }
    for (const want of [18, 24]) {
      expect((await step.run(1)).data[0]).toBe(want)
      expect(copies()).toEqual(quiet)
    }
    scale.assign(tf.scalar(0))
    expect((await step.run(1)).data[0]).toBe(24)
    expect(copies()).toEqual({ up: 2, down: 1, stayed: 4 })
    weights.assign(tf.tensor1d([1, 1, 1]))
    expect((await step.run(1)).data[0]).toBe(3)
    expect(copies()).toEqual({ up: 2, down: 1, stayed: 4 })
    expect((await step.run(1)).data[0]).toBe(3)
    expect(copies()).toEqual(quiet)
    await step.dispose()
  },
)

test.runIf(provider === 'webgpu')(
  'tfjs has what the device computed after download and after dispose, and it is copied once',
  async () => {
    const { weights, step } = await createStep()
    await step.run(1)
    expect(Array.from(weights.dataSync())).toEqual([1, 2, 3])
    copies()
    await step.download()
    expect(Array.from(weights.dataSync())).toEqual([3, 4, 5])
    await step.download()
    expect(copies()).toEqual({ up: 0, down: 1, stayed: 1 })
    await step.run(1)
    await step.dispose()
    expect(Array.from(weights.dataSync())).toEqual([5, 6, 7])
  },
)

test.runIf(provider === 'webgpu')('functions on the device and on the processor see the same variables', async () => {
  const { weights, step } = await createStep()
  const evaluations = await Promise.all(
    [{ ...onProvider, runtime }, {}].map((options) =>
      compile((x: tf.Tensor) => tf.mul(weights, x), [{ shape: [] }], options),
    ),
  )
  const increment = await compile(() => {
    weights.assign(tf.add(weights, 10) as tf.Tensor1D)
    return []
  }, [])
  await step.run(1)
  for (const evaluation of evaluations) expect(Array.from((await evaluation.run(2)).data)).toEqual([6, 8, 10])
  await increment.run()
  await step.run(1)
  await step.dispose()
  for (const evaluation of evaluations) expect(Array.from((await evaluation.run(1)).data)).toEqual([15, 16, 17])
  await Promise.all([...evaluations, increment].map((compiled) => compiled.dispose()))
  weights.dispose()
})
