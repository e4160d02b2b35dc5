/** Three ways to run the same network: compiled by ONNX Runtime, or eagerly by tfjs-node with or without a GPU. */
import { batchNormTraining, compile, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import { CommandError } from '../terminal/command-error.ts'

export type EngineName = 'onnxruntime' | 'tensorflow' | 'tensorflow-gpu'

export interface Runnable {
  run(input: Float32Array): Promise<Float32Array>
  dispose(): Promise<void>
}

export interface Engine {
  /** Operators that the network uses in place of its compositions of plain tfjs. */
  readonly ops: { groupedConv2d: typeof groupedConv2d; batchNormTraining: typeof batchNormTraining }
  /** Prepares a function of one tensor; variables that it reads keep the values that they have now. */
  prepare(fn: (input: tf.Tensor) => tf.Tensor, shape: readonly number[]): Promise<Runnable>
}

const peers = { tensorflow: '@tensorflow/tfjs-node', 'tensorflow-gpu': '@tensorflow/tfjs-node-gpu' } as const

/**
 * Starts an engine and makes its tfjs backend the current one.
 *
 * @throws CommandError `ENGINE_UNAVAILABLE` where the engine needs a package that is not installed.
 */
export async function openEngine(name: EngineName, threads: number): Promise<Engine> {
  tf.enableProdMode() // keeps tfjs from greeting on stderr
  const ops = { groupedConv2d, batchNormTraining }
  if (name === 'onnxruntime') {
    await tf.setBackend('cpu') // variables live there
    return { ops, prepare: (fn, shape) => compiled(fn, shape, threads) }
  }
  await loadPeer(peers[name], name)
  await tf.setBackend('tensorflow')
  return { ops, prepare: async (fn, shape) => eager(fn, shape) }
}

async function loadPeer(specifier: string, engine: string): Promise<void> {
  try {
    await import(specifier)
  } catch (error) {
    throw new CommandError(
      'ENGINE_UNAVAILABLE',
      `Expected ${specifier} to be installed for --engine ${engine} but received: ${(error as Error).message.split('\n')[0]} ` +
        `Run npm install ${specifier}@4.22.0, or use --engine onnxruntime.`,
    )
  }
}

async function compiled(
  fn: (input: tf.Tensor) => tf.Tensor,
  shape: readonly number[],
  threads: number,
): Promise<Runnable> {
  const step = await compile(fn, [{ shape: [...shape] }], { intraOpNumThreads: threads, freezeVariables: true })
  return {
    run: async (input) => {
      const output = await step.run(input)
      return output.data as Float32Array
    },
    dispose: () => step.dispose(),
  }
}

function eager(fn: (input: tf.Tensor) => tf.Tensor, shape: readonly number[]): Runnable {
  return {
    async run(input) {
      const output = tf.tidy(() => fn(tf.tensor(input, [...shape])))
      const values = await output.data()
      output.dispose()
      return values as Float32Array
    },
    async dispose() {},
  }
}
