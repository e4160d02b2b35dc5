/** One step of training, forward, backward and Adam, of SE-ResNeXt50 32x4d, against PyTorch on the same threads. */
import type { SeResNeXtOps } from '@mammokit/seresnext'
import { type CompileOptions, compile, createAdam } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import type { Benchmark, Contender } from './benchmark.ts'
import { startOpenVino } from './openvino-peer.ts'
import { startPythonPeer } from './python-peer.ts'
import { createNetwork, type ImageShape, randomBatch } from './seresnext-step.ts'

export const threads = 2
const shapes: readonly ImageShape[] = [
  [2, 512, 256],
  [1, 1024, 512],
]

/** One benchmark for each shape. tfjs's own backends are named with the reason why they cannot take part. */
export function trainStepBenchmarks(): Benchmark[] {
  return shapes.map((shape) => ({
    name: 'train-step',
    shape: `SE-ResNeXt50 32x4d, ${shape.join('x')}, forward + backward + Adam, ${threads} threads`,
    rounds: 15,
    ours: () => startTrainStep(shape),
    peers: [
      () => startPythonPeer('pytorch', 'train_step.py', [...shape.map(String), String(threads)]),
      () =>
        startPythonPeer('pytorch channels_last', 'train_step.py', [
          ...shape.map(String),
          String(threads),
          'channels_last',
        ]),
      () =>
        startPythonPeer('pytorch bfloat16', 'train_step.py', [
          ...shape.map(String),
          String(threads),
          'channels_last',
          'bfloat16',
        ]),
      () =>
        startOpenVino('openvino', () => startTrainStep(shape, { executionProviders: ['openvino'] }, {}, 'openvino')),
      () =>
        startOpenVino('openvino bfloat16', () =>
          startTrainStep(shape, { executionProviders: ['openvino'], precision: 'bfloat16' }, {}, 'bfloat16'),
        ),
      async () => ({ name: 'tfjs cpu', reason: 'it takes 14 s for no more than 2x32x16 pixels' }),
      async () => ({ name: 'tfjs wasm', reason: 'it has no kernel for the gradient of a convolution filter' }),
    ],
  }))
}

/** Compiles the step and warms it up; each round is one step. */
export async function startTrainStep(
  shape: ImageShape,
  options: Pick<CompileOptions, 'updates' | 'executionProviders' | 'precision'> = {},
  ops: Partial<SeResNeXtOps> = {},
  scope = '',
): Promise<Contender> {
  const model = await createNetwork(ops, scope)
  const adam = createAdam(model.trainableVariables)
  const trainStep = (x: tf.Tensor4D, targets: tf.Tensor2D, learningRate: tf.Scalar, beta1: tf.Scalar) => {
    const { value, grads } = tf.variableGrads(() => {
      const logits = model.forward(x, { training: true })
      return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets))) as tf.Scalar
    }, [...model.trainableVariables])
    adam.applyGradients(grads, { learningRate, beta1 })
    return value
  }
  const specs = [{ shape: [...shape, 1] }, { shape: [shape[0], 1] }, { shape: [] }, { shape: [] }]
  const step = await compile(trainStep, specs, { intraOpNumThreads: threads, ...options })
  const { images, targets } = randomBatch(shape)
  const run = async () => {
    const start = performance.now()
    await step.run(images, targets, 1e-4, 0.9)
    return (performance.now() - start) / 1000
  }
  // Memory is touched for the first time in the first two runs.
  await run()
  await run()
  return {
    name: 'mammokit',
    round: run,
    close: async () => {
      await step.dispose()
      adam.dispose()
      model.dispose()
    },
  }
}
