/** A LayersModel with convolutions, batch normalization and dropout learns to tell bright images from dark ones. */
import * as tf from '@tensorflow/tfjs'

/** Images [N, 12, 12, 1] to the probabilities of dark and bright. */
export function createConvolutionalNetwork(): tf.Sequential {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed })
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [12, 12, 1],
        filters: 6,
        kernelSize: 3,
        padding: 'same',
        kernelInitializer: seeded(1),
      }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: seeded(2), activation: 'relu' }),
      tf.layers.globalAveragePooling2d({}),
      // A seed keeps what is dropped the same on every backend.
      tf.layers.dropout({ rate: 0.2, seed: 3 }),
      tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: seeded(4) }),
    ],
  })
}

/** Trains on whatever backend tfjs uses now; returns the loss of each epoch. */
export async function trainConvolutionalNetwork(epochs: number): Promise<number[]> {
  const model = createConvolutionalNetwork()
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  const noise = tf.randomNormal([32, 12, 12, 1], 0, 1, 'float32', 5)
  const labels = tf.tensor1d(
    Array.from({ length: 32 }, (_, i) => i % 2),
    'int32',
  )
  const images = tf.add(noise, tf.reshape(tf.cast(labels, 'float32'), [32, 1, 1, 1]))
  const { history } = await model.fit(images, tf.oneHot(labels, 2), {
    epochs,
    batchSize: 8,
    shuffle: false,
    verbose: 0,
  })
  return history.loss as number[]
}
