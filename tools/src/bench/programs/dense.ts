/** Programs of small matrices: classification, regression, policies. */
import * as tf from '@tensorflow/tfjs'
import { fitProgram, noise, type Program } from './program.ts'

const { dense, conv2d, flatten, dropout } = tf.layers

function iris(): tf.LayersModel {
  const model = tf.sequential({
    layers: [dense({ units: 10, activation: 'sigmoid', inputShape: [4] }), dense({ units: 3, activation: 'softmax' })],
  })
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

/** A head on the features of a network that is not trained. */
function transferHead(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      flatten({ inputShape: [7, 7, 256] }),
      dense({ units: 100, activation: 'relu' }),
      dense({ units: 4, activation: 'softmax', useBias: false }),
    ],
  })
  model.compile({ optimizer: tf.train.adam(1e-4), loss: 'categoricalCrossentropy' })
  return model
}

function snakeDqn(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [9, 9, 2] }),
      conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      flatten(),
      dense({ units: 100, activation: 'relu' }),
      dropout({ rate: 0.25 }),
      dense({ units: 3 }),
    ],
  })
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'meanSquaredError' })
  return model
}

const polynomial: Program = {
  name: 'polynomial regression',
  create() {
    const coefficients = Array.from({ length: 4 }, (_, i) => tf.variable(tf.scalar(i / 10)))
    const optimizer = tf.train.sgd(0.1)
    const x = tf.linspace(-1, 1, 100)
    const y = tf.add(tf.pow(x, 3), tf.mul(x, 0.3))
    return async () => {
      for (let i = 0; i < 20; i++)
        optimizer.minimize(() => {
          const [a, b, c, d] = coefficients
          const square = tf.square(x)
          const found = tf.add(tf.add(tf.mul(a, tf.mul(square, x)), tf.mul(b, square)), tf.add(tf.mul(c, x), d))
          return tf.mean(tf.square(tf.sub(found, y)))
        })
      await coefficients[0].data()
    }
  },
}

/** A game of 30 moves, each read back, and the gradients of its policy. */
const cartPole: Program = {
  name: 'cart-pole policy gradient',
  create() {
    const model = tf.sequential({
      layers: [dense({ units: 4, activation: 'elu', inputShape: [4] }), dense({ units: 1 })],
    })
    const optimizer = tf.train.adam(0.05)
    const states = Array.from({ length: 30 }, (_, i) => noise([1, 4], i + 1))
    return async () => {
      const sums: Record<string, tf.Tensor> = {}
      for (const state of states)
        tf.tidy(() => {
          const { grads } = tf.variableGrads(() => {
            const logit = model.predict(state) as tf.Tensor
            const action = Number(logit.dataSync()[0] > 0)
            return tf.mean(tf.losses.sigmoidCrossEntropy(tf.tensor2d([[action]]), logit)) as tf.Scalar
          })
          for (const [name, grad] of Object.entries(grads)) {
            const before = sums[name]
            sums[name] = tf.keep(before === undefined ? grad : tf.add(before, grad))
            before?.dispose()
          }
        })
      optimizer.applyGradients(sums as Record<string, tf.Variable>)
      tf.dispose(sums)
      await model.getWeights()[0].data()
    }
  },
}

export const densePrograms: readonly Program[] = [
  fitProgram('iris', { model: iris, input: [4], output: [3], examples: 120, batchSize: 32 }),
  cartPole,
  polynomial,
  fitProgram('snake DQN', { model: snakeDqn, input: [9, 9, 2], output: [3], examples: 128, batchSize: 64 }),
  fitProgram('transfer head', { model: transferHead, input: [7, 7, 256], output: [4], examples: 40, batchSize: 8 }),
]
