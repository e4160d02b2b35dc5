/** Programs on small images: classification, generation, detection. */
import * as tf from '@tensorflow/tfjs'
import { fitProgram, noise, type Program } from './program.ts'

const { dense, conv2d, maxPooling2d, flatten, dropout, reshape, conv2dTranspose, batchNormalization, leakyReLU } =
  tf.layers

function convolutional(units: number): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      conv2d({ inputShape: [28, 28, 1], kernelSize: 5, filters: 8, activation: 'relu' }),
      maxPooling2d({ poolSize: 2, strides: 2 }),
      conv2d({ kernelSize: 5, filters: 16, activation: 'relu' }),
      maxPooling2d({ poolSize: 2, strides: 2 }),
      flatten(),
      dense({ units, activation: 'relu' }),
      dropout({ rate: 0.25 }),
      dense({ units: 10, activation: 'softmax' }),
    ],
  })
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

/** Boxes of one shape on a drawn background: [x0, x1, y0, y1] and its kind. */
function detection(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      conv2d({ inputShape: [56, 56, 3], kernelSize: 3, strides: 2, filters: 16, activation: 'relu' }),
      conv2d({ kernelSize: 3, strides: 2, filters: 32, activation: 'relu' }),
      flatten(),
      dense({ units: 50, activation: 'relu' }),
      dense({ units: 5 }),
    ],
  })
  model.compile({ optimizer: tf.train.rmsprop(5e-3), loss: 'meanSquaredError' })
  return model
}

const vae: Program = {
  name: 'VAE',
  create() {
    const encoder = tf.sequential({
      layers: [dense({ units: 128, activation: 'relu', inputShape: [784] }), dense({ units: 4 })],
    })
    const decoder = tf.sequential({
      layers: [
        dense({ units: 128, activation: 'relu', inputShape: [2] }),
        dense({ units: 784, activation: 'sigmoid' }),
      ],
    })
    const optimizer = tf.train.adam(1e-3)
    const images = tf.tidy(() => tf.sigmoid(noise([64, 784], 1)))
    return async () => {
      const loss = optimizer.minimize(() => {
        const [mean, logVariance] = tf.split(encoder.apply(images) as tf.Tensor, 2, 1)
        const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal([64, 2])))
        const error = tf.sum(tf.squaredDifference(decoder.apply(z) as tf.Tensor, images), 1)
        const divergence = tf.sum(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1)), 1)
        return tf.mean(tf.add(error, tf.mul(divergence, 0.5))) as tf.Scalar
      }, true)!
      await loss.data()
      loss.dispose()
    }
  },
}

/** A step of the discriminator and one of the generator. */
const acgan: Program = {
  name: 'ACGAN',
  create() {
    const generator = tf.sequential({
      layers: [
        dense({ units: 7 * 7 * 32, inputShape: [32], activation: 'relu' }),
        reshape({ targetShape: [7, 7, 32] }),
        conv2dTranspose({ filters: 16, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' }),
        batchNormalization(),
        conv2dTranspose({ filters: 1, kernelSize: 5, strides: 2, padding: 'same', activation: 'tanh' }),
      ],
    })
    const discriminator = tf.sequential({
      layers: [
        conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same', inputShape: [28, 28, 1] }),
        leakyReLU({ alpha: 0.2 }),
        conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same' }),
        leakyReLU({ alpha: 0.2 }),
        flatten(),
        dense({ units: 11 }),
      ],
    })
    const optimizers = [tf.train.adam(2e-4), tf.train.adam(2e-4)]
    const weightsOf = (model: tf.Sequential) => model.trainableWeights.map((weight) => weight.read() as tf.Variable)
    const [images, latent] = [noise([16, 28, 28, 1], 1), noise([16, 32], 2)]
    const loss = (x: tf.Tensor, isReal: number) => {
      const out = discriminator.apply(x, { training: true }) as tf.Tensor
      const labels = tf.fill([16, 1], isReal)
      return tf.losses.sigmoidCrossEntropy(labels, tf.slice(out, [0, 0], [16, 1])) as tf.Scalar
    }
    return async () => {
      const fake = () => generator.apply(latent, { training: true }) as tf.Tensor
      const steps = [
        optimizers[0].minimize(() => tf.add(loss(images, 1), loss(fake(), 0)), true, weightsOf(discriminator))!,
        optimizers[1].minimize(() => loss(fake(), 1), true, weightsOf(generator))!,
      ]
      await Promise.all(steps.map((step) => step.data()))
      tf.dispose(steps)
    }
  },
}

export const imagePrograms: readonly Program[] = [
  vae,
  acgan,
  fitProgram('object detection', { model: detection, input: [56, 56, 3], output: [5], examples: 16, batchSize: 8 }),
  fitProgram('MNIST', {
    model: () => convolutional(64),
    input: [28, 28, 1],
    output: [10],
    examples: 64,
    batchSize: 32,
  }),
  fitProgram('fashion-MNIST', {
    model: () => convolutional(128),
    input: [28, 28, 1],
    output: [10],
    examples: 128,
    batchSize: 64,
  }),
]
