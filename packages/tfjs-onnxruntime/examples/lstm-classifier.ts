/** A LayersModel with an LSTM learns whether the first half of a sequence is greater than the second. */
import * as tf from '@tensorflow/tfjs'

/** Sequences [N, 6, 2] to the probability that the first half is the greater one. */
export function createLstmClassifier(): tf.Sequential {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed })
  const recurrent = tf.initializers.randomNormal({ stddev: 0.2, seed: 2 })
  return tf.sequential({
    layers: [
      tf.layers.lstm({ inputShape: [6, 2], units: 8, kernelInitializer: seeded(1), recurrentInitializer: recurrent }),
      tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: seeded(3) }),
    ],
  })
}

/** Trains on whatever backend tfjs uses now; returns the loss of each epoch. */
export async function trainLstmClassifier(epochs: number): Promise<number[]> {
  const model = createLstmClassifier()
  model.compile({ optimizer: tf.train.rmsprop(0.01), loss: 'binaryCrossentropy' })
  const sequences = tf.randomNormal([32, 6, 2], 0, 1, 'float32', 4) as tf.Tensor3D
  const halves = tf.split(tf.sum(sequences, 2), 2, 1).map((half) => tf.sum(half, 1, true))
  const targets = tf.cast(tf.greater(halves[0], halves[1]), 'float32')
  const { history } = await model.fit(sequences, targets, { epochs, batchSize: 16, shuffle: false, verbose: 0 })
  return history.loss as number[]
}
