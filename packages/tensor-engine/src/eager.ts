/** A function run as it is, operator by operator, on tfjs's current backend. */
import * as tf from '@tensorflow/tfjs-core'
import type { PreparedFunction, TensorFunction } from './tensor-engine.ts'
import { TensorEngineError } from './tensor-engine-error.ts'

export function prepareEager(fn: TensorFunction, shapes: readonly (readonly number[])[]): PreparedFunction {
  return {
    async run(...inputs) {
      const outputs = tf.tidy(() => {
        const tensors = inputs.map((values, index) => tf.tensor(values, [...shapes[index]]))
        try {
          // Clones: the function may return a variable, or a tensor that outlives the run.
          return fn(...tensors).map((output) => tf.clone(output))
        } catch (error) {
          throw isPaddingError(error) ? unsupportedPadding() : error
        }
      })
      try {
        return (await Promise.all(outputs.map((output) => output.data()))) as Float32Array[]
      } finally {
        tf.dispose(outputs)
      }
    },
    seek() {},
    async download() {},
    async dispose() {},
  }
}

function isPaddingError(error: unknown): boolean {
  return error instanceof Error && error.message.includes("supports only 'valid' and 'same' padding")
}

function unsupportedPadding(): TensorEngineError {
  return new TensorEngineError(
    'unsupported-padding',
    "Expected 'same' or 'valid' padding, all that TensorFlow's kernels take, but received a number. Pad with tf.pad, or use the engine onnxruntime.",
  )
}
