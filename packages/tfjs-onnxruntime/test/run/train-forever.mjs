/** Trains by the built package until it is killed: without a pause in a process of its own, two steps and then a rest in a worker thread. */
import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { compile, createAdam } from '../../dist/index.js'

tf.enableProdMode()
await tf.setBackend('cpu')
// 16 MB of weights, and twice that in the optimizer.
const weights = tf.variable(tf.randomNormal([2048, 2048], 0, 0.02, 'float32', 1))
const adam = createAdam([weights])
const step = await compile(
  (x) => {
    const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.matMul(x, weights))))
    adam.applyGradients(grads, { learningRate: 1e-3 })
    return value
  },
  [{ shape: [256, 2048] }],
  { intraOpNumThreads: 2 },
)
const x = new Float32Array(256 * 2048).fill(0.1)
for (let i = 0; ; i++) {
  await step.run(x)
  if (i !== 1) continue
  if (parentPort === null) process.stdout.write('training\n')
  else {
    parentPort.postMessage('training')
    await once(parentPort, 'message')
  }
}
