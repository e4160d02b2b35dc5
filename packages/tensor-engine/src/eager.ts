/** A function run as it is, operator by operator, on tfjs's current backend. */
import * as tf from '@tensorflow/tfjs-core'
import type { PreparedFunction, TensorFunction } from './tensor-engine.ts'

export function prepareEager(fn: TensorFunction, shapes: readonly (readonly number[])[]): PreparedFunction {
  return {
    async run(...inputs) {
      const outputs = tf.tidy(() => fn(...inputs.map((values, index) => tf.tensor(values, [...shapes[index]]))))
      const values = await Promise.all(outputs.map((output) => output.data()))
      tf.dispose(outputs)
      return values as Float32Array[]
    },
    async download() {},
    async dispose() {},
  }
}
