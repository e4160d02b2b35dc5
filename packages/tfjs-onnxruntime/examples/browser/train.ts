/** A small convolutional network learns to tell upright stripes from lying ones; the same code runs in a page and on Node.js. */
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { compile, createAdam } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'

const size = 16
const batch = 8

export interface Training {
  /** The provider that ran the steps, and why others that were asked for did not. */
  readonly executionProvider: string
  readonly fallbacks: readonly { readonly executionProvider: string; readonly reason: string }[]
  /** The loss before each step. */
  readonly losses: readonly number[]
  /** Seconds of each step but the first. */
  readonly secondsPerStep: number
}

/** Trains on the first of the execution providers that works. */
export async function train(executionProviders: readonly string[], steps: number): Promise<Training> {
  tf.enableProdMode()
  await tf.setBackend('cpu') // variables live on an ordinary backend of tfjs
  const { forward, variables } = createNetwork()
  const adam = createAdam(variables)

  const trainStep = (images: tf.Tensor4D, targets: tf.Tensor2D, learningRate: tf.Scalar) => {
    const { value, grads } = tf.variableGrads(() => {
      const logits = forward(images)
      return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets))) as tf.Scalar
    }, variables)
    adam.applyGradients(grads, { learningRate })
    return value
  }

  const step = await compile(trainStep, [{ shape: [batch, size, size, 1] }, { shape: [batch, 1] }, { shape: [] }], {
    executionProviders,
  })
  const losses: number[] = []
  let start = performance.now()
  for (let i = 0; i < steps; i++) {
    const { images, targets } = stripes(i)
    losses.push((await step.run(images, targets, 0.01)).data[0])
    if (i === 0) start = performance.now()
  }
  const secondsPerStep = (performance.now() - start) / 1000 / (steps - 1)
  const { executionProvider, fallbacks } = step
  await step.dispose()
  adam.dispose()
  tf.dispose(variables)
  return { executionProvider, fallbacks, losses, secondsPerStep }
}

/** Two convolutions and a read-out; images [N, H, W, 1] to logits [N, 1]. */
export function createNetwork() {
  const weight = (shape: number[], seed: number) => tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed))
  const [first, second, readOut] = [weight([3, 3, 1, 8], 1), weight([3, 3, 8, 8], 2), weight([8, 1], 3)]
  const bias = tf.variable(tf.zeros([8]))
  const forward = (images: tf.Tensor4D): tf.Tensor2D => {
    const edges = tf.maxPool(tf.relu(tf.conv2d(images, first as tf.Tensor4D, 1, 'same')), 2, 2, 'valid')
    const shapes = tf.relu(tf.add(tf.conv2d(edges as tf.Tensor4D, second as tf.Tensor4D, 1, 'same'), bias))
    return tf.matMul(tf.mean(shapes, [1, 2]) as tf.Tensor2D, readOut as tf.Tensor2D)
  }
  return { forward, variables: [first, second, readOut, bias] }
}

/** Images [batch, size, size, 1] of waves, and 1 for those whose waves run from left to right. */
function stripes(index: number): { images: Float32Array; targets: Float32Array } {
  const images = new Float32Array(batch * size * size)
  const targets = Float32Array.from({ length: batch }, (_, n) => n % 2)
  for (let i = 0; i < images.length; i++) {
    const [n, y, x] = [Math.floor(i / size / size), Math.floor(i / size) % size, i % size]
    const wave = 0.6 + 0.1 * ((n * 7 + index) % 9)
    images[i] = Math.sin(wave * (targets[n] === 1 ? x : y) + n + index)
  }
  return { images, targets }
}
