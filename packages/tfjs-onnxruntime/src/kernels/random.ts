/** Kernels that draw random numbers; tfjs draws for all other operators in JavaScript. */
import * as tf from '@tensorflow/tfjs-core'
import type { LoweringTable } from './lowering.ts'

export const randomKernels: LoweringTable = {
  /** Counts the events whose cumulative probability a uniform number has passed; each row of the batch uses the same numbers, as in tfjs. */
  Multinomial(b, { logits }, { numSamples, seed, normalized }: tf.MultinomialAttrs) {
    const [batch, events] = logits.shape
    const drawn = b.drawUniform?.(numSamples, seed)
    if (drawn === undefined) return undefined
    if (events === 1) return b.fill(0, [batch, numSamples], 'int32')
    const probabilities = normalized ? logits : b.add('Softmax', [logits], { axis: 1 })
    // The last event gets the remainder.
    const but = b.slice(probabilities, [1], [0], [events - 1])
    const passed = b.reshape(b.add('CumSum', [but, b.scalar(1, 'int64')]), [batch, 1, events - 1])
    const isPassed = b.add('GreaterOrEqual', [b.reshape(drawn, [1, numSamples, 1]), passed])
    return b.reduce('ReduceSum', b.cast(isPassed, 'int32'), [2])
  },
}

/** Numbers in [0, 1) that tfjs's generator gives with a seed. */
export function uniformNumbers(count: number, seed: number): Float32Array {
  return tf.tidy(() => tf.randomUniform([count], 0, 1, 'float32', seed).dataSync() as Float32Array)
}
