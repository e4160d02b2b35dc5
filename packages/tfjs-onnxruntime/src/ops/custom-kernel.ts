/** How this package's own operators detect whether tfjs's backend has a kernel for them. */
import * as tf from '@tensorflow/tfjs-core'

/** Whether tfjs's current backend has a kernel of that name. */
export function hasKernel(name: string): boolean {
  // The getter makes tfjs choose a backend if none is set.
  void tf.engine().backend
  return tf.getKernel(name, tf.getBackend()) != null
}

/** Runs a kernel and returns all of its outputs. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor[] {
  const result = tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[]
  return Array.isArray(result) ? result : [result]
}
