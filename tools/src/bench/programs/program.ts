/** A program as people write it in tfjs, made anew for each backend that it is measured on. */
import * as tf from '@tensorflow/tfjs'

export interface Program {
  /** The example of tfjs-examples that it is modelled on. */
  readonly name: string
  /** On tfjs's current backend: what one round runs. */
  create(): () => Promise<unknown>
}

interface Fit {
  /** A new model, compiled. */
  readonly model: () => tf.LayersModel
  /** Shapes of one example; values are seeded. */
  readonly input: readonly number[]
  readonly output: readonly number[]
  /** Integers below this, for embeddings; else normal numbers. */
  readonly vocabulary?: number
  readonly examples: number
  readonly batchSize: number
}

/** A program that is one epoch of `model.fit`. */
export function fitProgram(name: string, { model, input, output, vocabulary, examples, batchSize }: Fit): Program {
  return {
    name,
    create() {
      const created = model()
      const x = vocabulary === undefined ? noise([examples, ...input], 1) : tokens([examples, ...input], vocabulary)
      const y = tf.tidy(() => tf.softmax(noise([examples, ...output], 2)))
      return () => created.fit(x, y, { epochs: 1, batchSize, shuffle: false, verbose: 0 })
    },
  }
}

export function noise(shape: readonly number[], seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0, 1, 'float32', seed)
}

function tokens(shape: readonly number[], vocabulary: number): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => (i * 7 + (i >> 3)) % vocabulary),
    [...shape],
  )
}
