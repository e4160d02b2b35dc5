/** Three ways to run the same step: compiled by ONNX Runtime, or eagerly by tfjs-node with or without a GPU. */

import { batchNormTraining, compile, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs'
import { CommandError } from './command-error.ts'
import type { Config } from './config.ts'

/** A function of tensors that returns tensors, in tfjs. */
export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor[]

/** The same function, from values to values. */
export interface Runnable {
  run(...inputs: readonly Float32Array[]): Promise<Float32Array[]>
  dispose(): Promise<void>
}

export interface Engine {
  /** Operators that the network uses in place of its compositions of plain tfjs. */
  readonly ops: { groupedConv2d: typeof groupedConv2d; batchNormTraining: typeof batchNormTraining }
  prepare(fn: TensorFunction, shapes: readonly (readonly number[])[]): Promise<Runnable>
}

const peers = { tensorflow: '@tensorflow/tfjs-node', 'tensorflow-gpu': '@tensorflow/tfjs-node-gpu' } as const

/**
 * Starts an engine and makes its tfjs backend the current one.
 *
 * @throws CommandError when the engine needs a package that is not installed.
 */
export async function openEngine(name: Config['engine'], threads: number): Promise<Engine> {
  const ops = { groupedConv2d, batchNormTraining }
  tf.enableProdMode() // without it tfjs prints advice
  if (name === 'onnxruntime') {
    await tf.setBackend('cpu') // variables live there; the compiled step reads and writes them
    return { ops, prepare: (fn, shapes) => compiledRunnable(fn, shapes, threads) }
  }
  await loadPeer(peers[name], name)
  await tf.setBackend('tensorflow')
  return { ops, prepare: async (fn, shapes) => eagerRunnable(fn, shapes) }
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

async function compiledRunnable(
  fn: TensorFunction,
  shapes: readonly (readonly number[])[],
  threads: number,
): Promise<Runnable> {
  const compiled = await compile(
    fn,
    shapes.map((shape) => ({ shape })),
    { intraOpNumThreads: threads },
  )
  return {
    async run(...inputs) {
      const outputs = await compiled.run(...inputs)
      return outputs.map(({ data }) => data as Float32Array)
    },
    dispose: () => compiled.dispose(),
  }
}

/** Runs the function as it is, on the backend that tfjs uses now. */
export function eagerRunnable(fn: TensorFunction, shapes: readonly (readonly number[])[]): Runnable {
  return {
    async run(...inputs) {
      const outputs = tf.tidy(() => fn(...inputs.map((values, index) => tf.tensor(values, [...shapes[index]]))))
      const values = await Promise.all(outputs.map((output) => output.data()))
      tf.dispose(outputs)
      return values as Float32Array[]
    },
    async dispose() {},
  }
}
