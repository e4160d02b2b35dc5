import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { compile, registerBackend } from '../../src/index.ts'
import { expectClose, expectLikeEager, integers, normal, uniform, useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()
beforeAll(() => registerBackend({ intraOpNumThreads: 1 }))

const layersFolder = join(
  dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-layers/package.json')),
  'dist',
)

/** The names in a table of tfjs-layers that it does not export. */
function namesIn(file: string, table: string): string[] {
  const body = new RegExp(`const ${table} = \\{([^}]*)\\}`).exec(readFileSync(join(layersFolder, file), 'utf8'))![1]
  return Array.from(body.matchAll(/^\s+'?(\w+)'?[,:\s]/gm), ([, name]) => name)
}

interface CompiledModel {
  readonly lossFunctions: ((target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor)[]
  readonly metricsTensors: [(target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor, number][]
}

/** A loss or metric by the name that tfjs-layers knows it by. */
function resolved(config: Partial<tf.ModelCompileArgs>): CompiledModel {
  const input = tf.input({ shape: [4] })
  const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 4 }).apply(input) as tf.SymbolicTensor })
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', ...config })
  return model as unknown as CompiledModel
}

/** Probabilities, and targets that every loss can take. */
function targetsFor(name: string): tf.Tensor {
  if (name.startsWith('sparse')) return tf.floor(uniform([6, 1], 0, 4))
  return tf.cast(tf.oneHot(integers([6], 0, 4), 4), 'float32')
}

test.each(namesIn('losses.js', 'lossesMap'))(
  'the loss %s of tfjs-layers and its gradient equal the JavaScript backend, |delta| <= 1e-4 of the largest',
  async (name) => {
    const [loss] = resolved({ loss: name }).lossFunctions
    const inputs = [targetsFor(name), tf.softmax(normal([6, 4]))]
    await expectLikeEager((target, prediction) => loss(target, prediction), inputs, 1e-4)
    const gradient = (target: tf.Tensor, prediction: tf.Tensor) => tf.grad((p) => tf.sum(loss(target, p)))(prediction)
    await expectLikeEager(gradient, inputs, 1e-4)
  },
)

test.each(namesIn('metrics.js', 'metricsMap'))(
  'the metric %s of tfjs-layers equals the JavaScript backend, |delta| <= 1e-4',
  async (name) => {
    const [[metric]] = resolved({ metrics: [name] }).metricsTensors
    await expectLikeEager(
      (target, prediction) => metric(target, prediction),
      [targetsFor(name), tf.softmax(normal([6, 4]))],
      1e-4,
    )
  },
)

test.each(Object.entries(tf.metrics))(
  'tf.metrics.%s equals the JavaScript backend, |delta| <= 1e-4',
  async (name, metric) => {
    const measure = metric as (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor
    await expectLikeEager(
      (target, prediction) => measure(target, prediction),
      [targetsFor(name), tf.softmax(normal([6, 4]))],
      1e-4,
    )
  },
)

test.each(Object.entries(tf.losses))(
  'tf.losses.%s and its gradient equal the JavaScript backend, |delta| <= 1e-4',
  async (name, loss) => {
    const call = (target: tf.Tensor, prediction: tf.Tensor): tf.Tensor => {
      if (name === 'cosineDistance') return tf.losses.cosineDistance(target, prediction, 1)
      // It has a gradient for the losses only, not for their weights.
      if (name === 'computeWeightedLoss') return tf.losses.computeWeightedLoss(prediction, target)
      return (loss as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor)(target, prediction)
    }
    const inputs = [targetsFor(name), uniform([6, 4], 0.1, 0.9)]
    await expectLikeEager(call, inputs, 1e-4)
    await expectLikeEager((target, prediction) => tf.grad((p) => call(target, p))(prediction), inputs, 1e-4)
  },
)

const optimizers: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-7, true),
  adam: () => tf.train.adam(0.05),
  adadelta: () => tf.train.adadelta(0.5),
  adamax: () => tf.train.adamax(0.05),
  adagrad: () => tf.train.adagrad(0.1),
}

test('each optimizer that tfjs has is tested', () => {
  const names = Object.keys(tf.train).filter(
    (name) => typeof (tf.train as unknown as Record<string, unknown>)[name] === 'function',
  )
  expect(Object.keys(optimizers).sort()).toEqual(names.filter((name) => name !== 'prototype').sort())
  const layersNames = namesIn('optimizers.js', 'optimizerMap').map((name) => name.toLowerCase())
  expect(layersNames.length).toBeGreaterThan(5)
  for (const name of layersNames) expect(Object.keys(optimizers)).toContain(name)
})

test.each(Object.entries(optimizers))(
  'five compiled steps of %s equal the JavaScript backend, |delta| <= 1e-5',
  async (_, make) => {
    const start = normal([3, 2])
    const target = normal([3, 2])
    const create = () => {
      const weights = tf.variable(start)
      const optimizer = make()
      return {
        weights,
        step: () => optimizer.minimize(() => tf.sum(tf.square(tf.sub(weights, target))) as tf.Scalar, true, [weights])!,
      }
    }
    const [here, there] = [create(), create()]
    const compiled = await compile(here.step, [], { intraOpNumThreads: 1 })
    for (let i = 0; i < 5; i++) {
      const { data } = await compiled.run()
      expectClose(data, there.step().dataSync(), 1e-5)
      expectClose(here.weights.dataSync(), there.weights.dataSync(), 1e-5)
    }
    await compiled.dispose()
  },
)

test.each(Object.keys(tf.regularizers))(
  'the regularizer %s and its gradient equal the JavaScript backend, |delta| <= 1e-5',
  async (name) => {
    const make = (tf.regularizers as unknown as Record<string, () => { apply(x: tf.Tensor): tf.Scalar }>)[name]
    await expectLikeEager((x) => make().apply(x), [normal([3, 4])])
    await expectLikeEager((x) => tf.grad((v) => make().apply(v))(x), [normal([3, 4])])
  },
)

test.each(Object.keys(tf.constraints))(
  'the constraint %s equals the JavaScript backend, |delta| <= 1e-5',
  async (name) => {
    const make = (tf.constraints as unknown as Record<string, (args: object) => { apply(x: tf.Tensor): tf.Tensor }>)[
      name
    ]
    await expectLikeEager((x) => make({ axis: 0 }).apply(x), [normal([3, 4], 0, 3)])
  },
)

test.each(activationNames())(
  'the activation %s and its gradient equal the JavaScript backend, |delta| <= 1e-4',
  async (name) => {
    const layer = tf.layers.activation({ activation: name as 'relu' })
    await expectLikeEager((x) => layer.apply(x) as tf.Tensor, [normal([3, 4])], 1e-4)
    await expectLikeEager(
      (x) => tf.grad((v) => tf.sum(tf.square(layer.apply(v) as tf.Tensor)))(x),
      [normal([3, 4])],
      1e-4,
    )
  },
)

function activationNames(): string[] {
  const source = readFileSync(join(layersFolder, 'activations.js'), 'utf8')
  return Array.from(source.matchAll(/\.className = '(\w+)'/g), ([, name]) => name)
}

const initializers: Readonly<Record<string, object>> = {
  constant: { value: 2 },
  identity: {},
  randomUniform: {},
  zeros: {},
  ones: {},
}

test.each(Object.keys(tf.initializers))(
  'the initializer %s gives on the onnxruntime backend what it gives on the JavaScript backend, |delta| <= 1e-5',
  async (name) => {
    const make = (
      tf.initializers as unknown as Record<string, (args: object) => { apply(shape: number[]): tf.Tensor }>
    )[name]
    const values = []
    for (const backend of ['cpu', 'onnxruntime']) {
      await tf.setBackend(backend)
      values.push(
        await make({ seed: 4, ...initializers[name] })
          .apply([4, 4])
          .data(),
      )
    }
    await tf.setBackend('cpu')
    expectClose(values[1], values[0], 1e-5)
  },
)
