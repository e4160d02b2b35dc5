/**
 * Drives a plain tfjs optimizer through a 1cycle in `model.fit`: a callback sets learning rate and beta1 before every batch.
 *
 * Run in this package's folder, after `npm install @tensorflow/tfjs`:  node examples/fit.js
 */
import { pathToFileURL } from 'node:url'
import { oneCycleLr } from '@mammokit/one-cycle-scheduler'
import * as tf from '@tensorflow/tfjs'

/** Fits y = 2x - 1 and returns the losses per epoch and the learning rates per step. */
export async function fitLine({ epochs = 20, batchSize = 16, samples = 128 } = {}) {
  tf.enableProdMode() // keeps tfjs from greeting
  tf.setBackend('cpu')
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })] })
  const optimizer = tf.train.adam(0)
  model.compile({ optimizer, loss: 'meanSquaredError' })

  const schedule = oneCycleLr({ maxLr: 0.3, totalSteps: epochs * Math.ceil(samples / batchSize) })
  const learningRates = []
  const xs = tf.linspace(-1, 1, samples).reshape([samples, 1])
  const ys = xs.mul(2).sub(1)
  const history = await model.fit(xs, ys, {
    epochs,
    batchSize,
    shuffle: false,
    verbose: 0,
    callbacks: {
      onBatchBegin() {
        const { lr, momentum } = schedule(learningRates.length)
        optimizer.learningRate = lr
        optimizer.beta1 = momentum
        learningRates.push(lr)
      },
    },
  })
  return { losses: history.history.loss, learningRates }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { losses, learningRates } = await fitLine()
  console.log(`first loss ${losses[0].toFixed(4)}, last loss ${losses.at(-1).toFixed(6)}`)
  console.log(`learning rate ${learningRates[0]} -> ${Math.max(...learningRates)} -> ${learningRates.at(-1)}`)
}
