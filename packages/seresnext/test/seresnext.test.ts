import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSeResNeXt, defaultOps, type SeResNeXt, type SeResNeXtConfig, SeResNeXtError } from '../src/index.ts'
import { hashed, hashedImages, hashedState } from './hashed-weights.ts'

type Size = [count: number, height: number, width: number]

interface Golden {
  readonly config: Partial<SeResNeXtConfig>
  readonly images: Size
  readonly oddImages: Size
  readonly parameters: Record<string, number[]>
  readonly evalFloat64: number[][]
  readonly oddEvalFloat64: number[][]
  readonly trainFloat64: number[][]
  readonly runningStatistics: Record<string, { norm: number; projections: number[] }>
}

const small = golden('seresnext-small')
const full = golden('seresnext50-32x4d')
const tiny = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }

let model: SeResNeXt

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

afterEach(() => model.dispose())

describe('SeResNeXt', () => {
  it("has timm's tensor names, shapes and order, by default those of seresnext50_32x4d", () => {
    model = createSeResNeXt()
    const ours = [...model.stateDict()].map(([name, { shape }]) => [name, shape])
    expect(ours).toEqual(Object.entries(full.parameters).filter(([name]) => !name.endsWith('num_batches_tracked')))
    const trained = model.trainableVariables.reduce((sum, variable) => sum + variable.size, 0)
    expect(trained).toBe(25_506_673)
  })

  it("matches timm's logits in eval mode, 1e-4 relative", () => {
    model = loadSmall()
    const logits = model.forward(images(), { training: false })
    expectRelative(logits.dataSync(), small.evalFloat64.flat(), 1e-4)
  })

  it("matches timm's logits for images whose size no stride divides, 1e-4 relative", () => {
    model = loadSmall()
    const logits = model.forward(images('odd', small.oddImages), { training: false })
    expectRelative(logits.dataSync(), small.oddEvalFloat64.flat(), 1e-4)
  })

  it("matches timm's logits in training mode, 1e-4 relative, and its running statistics", () => {
    model = loadSmall()
    const logits = model.forward(images(), { training: true })
    expectRelative(logits.dataSync(), small.trainFloat64.flat(), 1e-4)
    const state = model.stateDict()
    for (const [name, expected] of Object.entries(small.runningStatistics)) {
      const values = state.get(name)?.data as Float32Array
      expect(Math.abs(norm(values) - expected.norm), name).toBeLessThan(1e-5 * expected.norm)
      expected.projections.forEach((projection, k) => {
        const vector = hashed(`${name}.probe${k}`, values.length)
        const ours = values.reduce((sum, value, index) => sum + value * (2 * vector[index] - 1), 0)
        expect(Math.abs(ours - projection), `${name} ${k}`).toBeLessThan(1e-5 * expected.norm)
      })
    }
  })

  it('reads but does not update the running statistics in eval mode', () => {
    model = createSeResNeXt(tiny)
    model.forward(tf.randomNormal([2, 32, 32, 1], 0, 1, 'float32', 1), { training: false })
    expect([...(model.variables.get('bn1.running_mean')?.dataSync() ?? [])]).toEqual(Array(8).fill(0))
  })

  it('goes on from any of its stages, and refuses one that it does not have', () => {
    model = createSeResNeXt(tiny, { seed: 5 })
    const x = tf.randomNormal<tf.Rank.R4>([1, 33, 47, 1], 0, 1, 'float32', 1)
    const outputs = model.forwardIntermediates(x, { training: false })
    const last = [...outputs[2].dataSync()]
    outputs.forEach((output, stage) => {
      expect([...model.forwardAfter(stage, output, { training: false }).dataSync()]).toEqual(last)
    })
    expect(() => model.forwardAfter(3, outputs[2], { training: false })).toThrow('from 0 to 2 for stage but received 3')
  })

  it('is the head of its features', () => {
    model = createSeResNeXt({ ...tiny, numClasses: 2, inChannels: 3 }, { seed: 5 })
    const x = tf.randomNormal<tf.Rank.R4>([2, 33, 47, 3], 0, 1, 'float32', 1)
    const features = model.forwardFeatures(x, { training: false })
    expect(features.shape).toEqual([2, 5, 6, 64])
    const logits = model.forward(x, { training: false })
    expect(logits.shape).toEqual([2, 2])
    expect([...model.forwardHead(features).dataSync()]).toEqual([...logits.dataSync()])
    const vectors = model.forwardHead(features, { training: false, preLogits: true })
    expect([...vectors.dataSync()]).toEqual([...tf.mean(features, [1, 2]).dataSync()])
    expect([...model.classify(vectors).dataSync()]).toEqual([...logits.dataSync()])
  })

  it('has a gradient for every trainable variable, equal to finite differences to 1 %', () => {
    model = createSeResNeXt(tiny, { seed: 3 })
    fillLastScales(model, 0.5)
    const x = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', 1)
    const weights = tf.tensor2d([[1], [-2]])
    const loss = () => tf.sum(tf.mul(model.forward(x, { training: true }), weights)) as tf.Scalar
    const { grads } = tf.variableGrads(loss, [...model.trainableVariables])
    expect(Object.keys(grads)).toHaveLength(model.trainableVariables.length)
    for (const name of ['fc.weight', 'layer2.0.se.fc2.bias', 'layer2.0.bn3.weight', 'layer1.0.bn2.bias']) {
      const variable = model.variables.get(name) as tf.Variable
      const gradient = grads[name].dataSync<'float32'>()
      const index = gradient.reduce((best, value, i) => (Math.abs(value) > Math.abs(gradient[best]) ? i : best), 0)
      const slope = centralDifference(variable, index, 1e-2, () => loss().dataSync()[0])
      expect(Math.abs(slope - gradient[index]), name).toBeLessThan(0.01 * Math.abs(slope) + 1e-3)
    }
  })

  it('uses the operations it is given', () => {
    const calls: string[] = []
    model = createSeResNeXt(tiny, {
      ops: {
        groupedConv2d: (...given) => {
          calls.push(`grouped ${given.slice(2).join(' ')}`)
          return defaultOps.groupedConv2d(...given)
        },
      },
    })
    model.forward(tf.zeros([2, 32, 32, 1]), { training: true })
    expect(calls).toEqual(['grouped 1 1 2', 'grouped 2 1 2'])
  })

  it('leaves no tensors behind but the logits', () => {
    model = createSeResNeXt(tiny)
    const x = tf.zeros<tf.Rank.R4>([2, 32, 32, 1])
    const before = tf.memory().numTensors
    model.forward(x, { training: true }).dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('gives the names back when disposed, and makes two at a time with a scope', () => {
    const first = createSeResNeXt(tiny)
    expect(codeOf(() => createSeResNeXt(tiny))).toBe('name-in-use')
    const second = createSeResNeXt(tiny, { scope: 'average' })
    expect(second.trainableVariables[0].name).toBe('average/conv1.weight')
    expect([...second.variables.keys()]).toEqual([...first.variables.keys()])
    first.dispose()
    second.dispose()
    model = createSeResNeXt(tiny)
  })

  it('rejects images of another shape or type, and a batch without variance', () => {
    model = createSeResNeXt(tiny)
    const forward = (x: tf.Tensor) => () => model.forward(x as tf.Tensor4D, { training: true })
    expect(forward(tf.zeros([2, 1, 32, 32]))).toThrow(
      'Expected float32 [N, H, W, 1] for images but received float32 [2, 1, 32, 32]',
    )
    expect(forward(tf.zeros([2, 32, 32, 1], 'int32'))).toThrow('received int32 [2, 32, 32, 1]')
    expect(forward(tf.zeros([1, 8, 8, 1]))).toThrow('Expected at least 2 values per channel for layer2.0.bn2')
    expect(codeOf(forward(tf.zeros([2, 32, 32])))).toBe('invalid-input')
  })
})

function golden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))
}

function images(name = 'images', [count, height, width] = small.images): tf.Tensor4D {
  return tf.tensor4d(hashedImages(name, count, height, width), [count, height, width, 1])
}

function loadSmall(): SeResNeXt {
  const created = createSeResNeXt(small.config)
  created.loadStateDict(hashedState(created.stateDict()))
  return created
}

function fillLastScales(network: SeResNeXt, value: number): void {
  for (const [name, variable] of network.variables) {
    if (name.endsWith('bn3.weight')) variable.assign(tf.fill(variable.shape, value))
  }
}

function centralDifference(variable: tf.Variable, index: number, step: number, evaluate: () => number): number {
  const values = variable.dataSync().slice()
  const at = (offset: number) => {
    variable.assign(
      tf.tensor(
        values.map((value, i) => (i === index ? value + offset : value)),
        variable.shape,
      ),
    )
    return evaluate()
  }
  const slope = (at(step) - at(-step)) / (2 * step)
  variable.assign(tf.tensor(values, variable.shape))
  return slope
}

function expectRelative(actual: ArrayLike<number>, expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, index) => {
    expect(Math.abs(actual[index] - value), `${index}`).toBeLessThanOrEqual(tolerance * Math.abs(value))
  })
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

function codeOf(call: () => unknown): string | undefined {
  try {
    call()
  } catch (error) {
    return error instanceof SeResNeXtError ? error.code : String(error)
  }
  return undefined
}
