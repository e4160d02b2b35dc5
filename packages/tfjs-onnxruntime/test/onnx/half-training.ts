/** A small training in half precision, with a block of each kind that SE-ResNeXt has. */
import * as tf from '@tensorflow/tfjs-core'
import {
  batchNormTraining,
  type CompileOptions,
  compile,
  createAdam,
  createLossScaler,
  groupedConv2d,
} from '../../src/index.ts'

const noise = (shape: number[], seed: number, size = 1) =>
  tf.tidy(() => tf.mul(tf.randomNormal(shape, 0, 1, 'float32', seed), size))

let networks = 0

/** A block of each kind that SE-ResNeXt has, and a focal-like loss, with Adam. */
export function createTraining() {
  const prefix = `half${networks++}`
  const make = (name: string, value: tf.Tensor) => tf.variable(value, true, `${prefix}/${name}`)
  const weights = {
    stem: make('stem', noise([3, 3, 1, 16], 1, 0.4)),
    grouped: make('grouped', noise([3, 3, 4, 16], 2, 0.3)),
    squeeze: make('squeeze', noise([1, 1, 16, 16], 3, 0.3)),
    dense: make('dense', noise([16, 1], 4, 0.5)),
    scale: make('scale', tf.ones([16])),
    offset: make('offset', tf.zeros([16])),
  }
  const variables = Object.values(weights)
  const adam = createAdam(variables)
  const scaler = createLossScaler()
  const forward = (x: tf.Tensor4D) => {
    const stem = tf.conv2d(x, weights.stem as tf.Tensor4D, 2, 1)
    const { y } = batchNormTraining(stem, weights.scale as tf.Tensor1D, weights.offset as tf.Tensor1D, 1e-5)
    const a = groupedConv2d(tf.relu(y), weights.grouped as tf.Tensor4D, 1, 1, 4)
    const gate = tf.sigmoid(tf.conv2d(tf.mean(a, [1, 2], true) as tf.Tensor4D, weights.squeeze as tf.Tensor4D, 1, 0))
    return tf.matMul(tf.mean(tf.relu(tf.add(y, tf.mul(a, gate))), [1, 2]) as tf.Tensor2D, weights.dense as tf.Tensor2D)
  }
  const step = (x: tf.Tensor4D, targets: tf.Tensor2D) => {
    const loss = () => {
      const logits = forward(x)
      return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets))) as tf.Scalar
    }
    const { value, grads } = tf.variableGrads(() => scaler.scaleLoss(loss()), variables)
    const { gradients, allFinite } = scaler.unscale(grads)
    const result = {
      loss: tf.div(value, scaler.scale),
      allFinite,
      gradients: variables.map(({ name }) => gradients[name]),
    }
    adam.applyGradients(gradients, { learningRate: 0.02, allFinite })
    scaler.update(allFinite)
    return result
  }
  return { step, variables, scaler }
}

/** [4, 32, 16, 1] */
export const imagesOf = () => noise([4, 32, 16, 1], 9)
export const targets = Float32Array.of(1, 0, 0, 1)
export const specs = [{ shape: [4, 32, 16, 1] }, { shape: [4, 1] }]

/** Losses of steps, and the gradients of the first one. */
export async function train(given: CompileOptions, steps: number) {
  const { step, variables, scaler } = createTraining()
  const compiled = await compile(step, specs, given)
  const images = imagesOf()
  const losses: number[] = []
  const gradients: ArrayLike<number>[] = []
  for (let i = 0; i < steps; i++) {
    const { loss, gradients: found } = await compiled.run(images, targets)
    losses.push(loss.data[0])
    if (i === 0) gradients.push(...found.map(({ data }) => data))
  }
  await compiled.download()
  const weights = variables.map((variable) => variable.dataSync().slice())
  const state = scaler.state()
  await compiled.dispose()
  return { losses, gradients, weights, state }
}
