/** A step of a small convolutional network: compiled here, on tfjs's backends, in jax-js and in PyTorch. */
import '@tensorflow/tfjs-backend-wasm'
import { compile, registerBackend } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import type { Benchmark, Contender, MissingPeer } from './benchmark.ts'
import { startPythonPeer } from './python-peer.ts'
import { createJaxStep } from './small-step/jax-step.ts'
import { assertSameLosses, checkedSteps } from './small-step/problem.ts'
import { createTfjsStep, tfjsInputs } from './small-step/tfjs-step.ts'

const threads = 2
const stepsOfRound = 20
/** Of a library whose rounds would take minutes one step says enough. */
const maxStepSeconds = 1

type Run = () => Promise<number>

export async function smallStepBenchmarks(): Promise<Benchmark[]> {
  tf.enableProdMode()
  await registerBackend({ intraOpNumThreads: threads })
  await tf.setBackend('cpu')
  const reference = eagerRun('cpu')
  const expected: number[] = []
  for (let i = 0; i < checkedSteps; i++) expected.push(await reference())
  const start = async (name: string, create: () => Promise<Run> | Run): Promise<Contender> => {
    const run = await create()
    const losses: number[] = []
    for (let i = 0; i < checkedSteps; i++) losses.push(await run())
    assertSameLosses(name, losses, expected)
    const seconds = await timed(run, 1)
    if (seconds > maxStepSeconds) throw new Error(`a step takes ${seconds.toFixed(1)} s`)
    return { name, round: () => timed(run, stepsOfRound), close: async () => undefined }
  }
  const peer = (name: string, create: () => Promise<Run> | Run) => (): Promise<Contender | MissingPeer> =>
    start(name, create).catch((error: Error) => ({ name, reason: error.message.split('\n', 1)[0]! }))
  return [
    {
      name: 'small-step',
      shape: `${stepsOfRound} steps of gradient descent, 32 images of 28 x 28, three convolutions, two poolings; ${threads} threads where a library has them`,
      rounds: 9,
      ours: () => start('mammokit, compiled', compiledRun),
      peers: [
        ...['onnxruntime', 'cpu', 'wasm'].map((backend) => peer(`tfjs ${backend}`, () => eagerRun(backend))),
        peer('jax-js', createJaxStep),
        () => startPythonPeer('PyTorch', 'small_step.py', [`${threads}`, `${stepsOfRound}`, ...expected.map(String)]),
      ],
    },
  ]
}

async function compiledRun(): Promise<Run> {
  await tf.setBackend('cpu')
  const { images, targets } = tfjsInputs()
  const step = await compile(createTfjsStep(), [{ shape: images.shape }, { shape: targets.shape }], {
    intraOpNumThreads: threads,
  })
  const [x, y] = [images, targets].map((tensor) => Float32Array.from(tensor.dataSync()))
  return async () => (await step.run(x!, y!)).data[0]!
}

function eagerRun(backend: string): Run {
  let step: (() => tf.Scalar) | undefined
  return async () => {
    await tf.setBackend(backend)
    step ??= createEager()
    const loss = tf.tidy(step)
    const [value] = await loss.data()
    loss.dispose()
    return value!
  }
}

function createEager(): () => tf.Scalar {
  const [step, { images, targets }] = [createTfjsStep(), tfjsInputs()]
  return () => step(images, targets)
}

async function timed(run: Run, steps: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < steps; i++) await run()
  return (performance.now() - start) / 1000
}
