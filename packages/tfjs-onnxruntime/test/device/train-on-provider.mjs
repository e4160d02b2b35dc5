/** Trains a small network by the built package on an execution provider and on the CPU; prints both loss curves as JSON. */
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { batchNormTraining, compile, createAdam, groupedConv2d } from '../../dist/index.js'

tf.enableProdMode()
await tf.setBackend('cpu')

async function train(executionProviders) {
  let seed = 1
  const weight = (shape) => tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed++))
  const variables = [
    weight([3, 3, 2, 8]),
    weight([3, 3, 2, 8]),
    tf.variable(tf.ones([8])),
    tf.variable(tf.zeros([8])),
    weight([8, 1]),
  ]
  const [first, grouped, scale, offset, readOut] = variables
  const adam = createAdam(variables)
  const step = (x, targets, learningRate) => {
    const { value, grads } = tf.variableGrads(() => {
      const { y } = batchNormTraining(tf.conv2d(x, first, 2, 1), scale, offset, 1e-5)
      const pooled = tf.maxPool(tf.relu(y), 3, 2, 1)
      const features = tf.mean(tf.relu(groupedConv2d(pooled, grouped, 1, 1, 4)), [1, 2])
      const logits = tf.matMul(features, readOut)
      return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets)))
    }, variables)
    adam.applyGradients(grads, { learningRate })
    return value
  }
  const specs = [{ shape: [2, 16, 16, 2] }, { shape: [2, 1] }, { shape: [] }]
  const compiled = await compile(step, specs, { executionProviders, intraOpNumThreads: 1 })
  const images = tf.randomNormal([2, 16, 16, 2], 0, 1, 'float32', 9).dataSync()
  const losses = []
  for (let i = 0; i < 4; i++) losses.push((await compiled.run(images, new Float32Array([1, 0]), 0.02)).data[0])
  await compiled.download()
  const { executionProvider, fallbacks } = compiled
  await compiled.dispose()
  return { executionProvider, fallbacks, losses, weights: Array.from(grouped.dataSync()) }
}

const there = await train([process.argv[2], 'cpu'])
const here = await train(['cpu'])
process.stdout.write(JSON.stringify({ here, there }))
