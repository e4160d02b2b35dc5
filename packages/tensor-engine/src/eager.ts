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
          return fn(...tensors)
        } catch (error) {
          throw isPaddingError(error) ? unsupportedPadding() : error
        }
      })
      const values = await Promise.all(outputs.map((output) => output.data()))
      tf.dispose(outputs)
      return values as Float32Array[]
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
