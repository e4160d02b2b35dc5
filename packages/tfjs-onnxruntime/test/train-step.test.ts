import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { batchNormTraining, compile, createAdam, groupedConv2d } from '../src/index.ts'
import { onProvider } from './provider.ts'

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

/** A network in miniature with each part of SE-ResNeXt: strided and grouped convolutions, pooling, squeeze and excitation, a residual. */
function createNetwork(prefix: string) {
  let seed = 1
  const variable = (name: string, shape: number[]) =>
    tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed++), true, `${prefix}/${name}`)
  const constant = (name: string, channels: number, value: number, trainable: boolean) =>
    tf.variable(tf.fill([channels], value), trainable, `${prefix}/${name}`)
  const weights = {
    stem: variable('stem', [3, 3, 1, 8]),
    grouped: variable('grouped', [3, 3, 2, 8]),
    strided: variable('strided', [3, 3, 2, 8]),
    expand: variable('expand', [1, 1, 8, 16]),
    shortcut: variable('shortcut', [1, 1, 8, 16]),
    squeeze: variable('squeeze', [1, 1, 16, 4]),
    excite: variable('excite', [1, 1, 4, 16]),
    dense: variable('dense', [16, 1]),
    scale: constant('scale', 8, 1, true),
    offset: constant('offset', 8, 0.1, true),
    bias: constant('bias', 1, 0, true),
  }
  const runningMean = constant('runningMean', 8, 0, false)
  const forward = (x: tf.Tensor4D): tf.Tensor2D => {
    const first = tf.conv2d(x, weights.stem as tf.Tensor4D, 2, 1)
    const { y, mean } = batchNormTraining(first, weights.scale as tf.Tensor1D, weights.offset as tf.Tensor1D, 1e-5)
    runningMean.assign(tf.add(tf.mul(runningMean, 0.9), tf.mul(mean, 0.1)))
    const pooled = tf.maxPool(tf.relu(y), 3, 2, 1)
    const a = tf.relu(groupedConv2d(pooled, weights.grouped as tf.Tensor4D, 1, 1, 4))
    const b = tf.relu(groupedConv2d(a, weights.strided as tf.Tensor4D, 2, 1, 4))
    const wide = tf.conv2d(b, weights.expand as tf.Tensor4D, 1, 0)
    const means = tf.mean(wide, [1, 2], true) as tf.Tensor4D
    const gate = tf.sigmoid(
      tf.conv2d(tf.relu(tf.conv2d(means, weights.squeeze as tf.Tensor4D, 1, 0)), weights.excite as tf.Tensor4D, 1, 0),
    )
    const shortcut = tf.conv2d(pooled, weights.shortcut as tf.Tensor4D, 2, 0)
    const out = tf.relu(tf.add(tf.mul(wide, gate), shortcut))
    const features = tf.mean(out, [1, 2]) as tf.Tensor2D
    return tf.add(tf.matMul(features, weights.dense as tf.Tensor2D), weights.bias)
  }
  return { forward, trainable: Object.values(weights), runningMean }
}

function focal(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const signed = tf.mul(logits, tf.sub(tf.mul(targets, 2), 1))
  const loss = tf.softplus(tf.neg(signed))
  return tf.mean(tf.mul(tf.pow(tf.sub(1, tf.sigmoid(signed)), 2), loss)) as tf.Scalar
}

function createStep(prefix: string) {
  const network = createNetwork(prefix)
  const adam = createAdam(network.trainable)
  const step = (x: tf.Tensor4D, targets: tf.Tensor2D, learningRate: tf.Scalar, beta1: tf.Scalar) => {
    const { value, grads } = tf.variableGrads(() => focal(network.forward(x), targets), network.trainable)
    adam.applyGradients(grads, { learningRate, beta1 })
    return { loss: value, grads: network.trainable.map((variable) => grads[variable.name]) }
  }
  return { network, adam, step }
}

test('four Adam steps of a miniature SE-ResNeXt equal the JavaScript backend, |delta| <= 2e-4 of the largest', async () => {
  const eager = createStep('eager')
  const traced = createStep('traced')
  const specs = [{ shape: [2, 16, 24, 1] }, { shape: [2, 1] }, { shape: [] }, { shape: [] }]
  const compiled = await compile(traced.step, specs, onProvider)
  for (let i = 0; i < 4; i++) {
    const x = tf.randomNormal([2, 16, 24, 1], 0, 1, 'float32', 100 + i) as tf.Tensor4D
    const targets = tf.tensor2d([[1], [0]])
    const [lr, beta1] = [0.01 * (i + 1), 0.95 - 0.03 * i]
    const want = tf.tidy(() => eager.step(x, targets, tf.scalar(lr), tf.scalar(beta1)))
    const got = await compiled.run(x, targets, lr, beta1)
    expect(got.loss.data[0]).toBeCloseTo(want.loss.dataSync()[0], 5)
    for (const [k, { name }] of traced.network.trainable.entries())
      expectClose(got.grads[k].data, want.grads[k].dataSync(), `${name} in step ${i}`)
  }
  await compiled.download()
  expectClose(traced.network.runningMean.dataSync(), eager.network.runningMean.dataSync(), 'running mean')
  for (const [k, variable] of traced.network.trainable.entries())
    expectClose(variable.dataSync(), eager.network.trainable[k].dataSync(), variable.name)
  const [tracedState, eagerState] = [traced.adam.state(), eager.adam.state()]
  expect(tracedState.step.data[0]).toBe(4)
  for (const variable of eager.network.trainable)
    expectClose(
      tracedState[`traced/${variable.name.slice(6)}/v`].data,
      eagerState[`${variable.name}/v`].data,
      `${variable.name}/v`,
    )
  await compiled.dispose()
})

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, what: string): void {
  const largest = Math.max(1e-6, ...Array.from(want, Math.abs))
  const worst = Math.max(...Array.from(want, (value, i) => Math.abs(value - got[i])))
  expect(got.length, what).toBe(want.length)
  expect(worst / largest, what).toBeLessThanOrEqual(2e-4)
}
