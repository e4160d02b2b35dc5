import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../src/config.ts'
import {
  createModel,
  type ModelName,
  type ModelOptions,
  modelConfig,
  modelNames,
  type SeResNeXt,
} from '../src/index.ts'
import { listParameters } from '../src/parameters.ts'
import { gateShare } from './gate-share.ts'
import { hashed, hashedImages, hashedState } from './hashed-weights.ts'

interface Probe {
  readonly norm: number
  readonly projections: readonly number[]
}

interface Recorded {
  readonly config: ModelOptions
  readonly images: readonly [count: number, height: number, width: number]
  readonly evalFloat64: readonly (readonly number[])[]
  readonly trainFloat64: readonly (readonly number[])[]
  readonly stages: readonly (Probe & { readonly shape: readonly number[] })[]
}

interface Family {
  readonly variants: Record<
    ModelName,
    {
      readonly parameters: { readonly tensors: number; readonly values: number; readonly sha256: string }
      readonly small: Recorded
    }
  >
  readonly others: Readonly<Record<string, Recorded>>
}

const golden: Family = JSON.parse(readFileSync(new URL('./fixtures/seresnext-family.json', import.meta.url), 'utf8'))
const recorded: [string, ModelName, Recorded][] = [
  ...modelNames.map((name): [string, ModelName, Recorded] => [name, name, golden.variants[name].small]),
  ...Object.entries(golden.others).map(([name, entry]): [string, ModelName, Recorded] => [
    `${name}, ${entry.config.antiAlias ?? entry.config.globalPool}`,
    name as ModelName,
    entry,
  ]),
]

let model: SeResNeXt | undefined

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

afterEach(() => {
  model?.dispose()
  model = undefined
})

describe('createModel', () => {
  it.each(modelNames)("%s has timm's tensor names and shapes, in timm's order", (name) => {
    const entries = listParameters(resolveConfig(modelConfig(name))).map(({ name: tensor, shape }) => [tensor, shape])
    const values = entries.reduce((sum, [, shape]) => sum + (shape as number[]).reduce((a, b) => a * b, 1), 0)
    const sha256 = createHash('sha256').update(JSON.stringify(entries)).digest('hex')
    expect({ tensors: entries.length, values, sha256 }).toEqual(golden.variants[name].parameters)
  })

  it.each(gateShare(recorded, 2))(
    "%s matches timm's logits and stage outputs with few, narrow blocks, 1e-4 relative",
    (_, name, entry) => {
      model = createModel(name, { ...entry.config, ...(name.startsWith('legacy') && { dropRate: 0 }) })
      model.loadStateDict(hashedState(model.stateDict()))
      const images = twoChannels(entry.images)
      const options = { training: false }
      expectLogits(model.forward(images, options).dataSync(), entry.evalFloat64.flat())
      const outputs = model.forwardIntermediates(images, options)
      expect(outputs.map(({ shape: [n, h, w, c] }) => [n, c, h, w])).toEqual(entry.stages.map(({ shape }) => shape))
      outputs.forEach((output, stage) => {
        expectProbe(tf.transpose(output, [0, 3, 1, 2]).dataSync<'float32'>(), `stage${stage}`, entry.stages[stage])
      })
      expectLogits(model.forward(images, { training: true }).dataSync(), entry.trainFloat64.flat())
    },
  )

  it('takes the options of the network and of its creation together', () => {
    const config = { layers: [1, 1], channels: [16, 32], inChannels: 2, numClasses: 5 }
    model = createModel('seresnext26t_32x4d', { ...config, globalPool: 'gem', scope: 'other', seed: 3 })
    expect(model.config).toMatchObject({ ...config, stemType: 'deep_tiered', avgDown: true, globalPool: 'gem' })
    expect(model.variables.get('conv1.0.weight')?.name).toBe('other/conv1.0.weight')
    expect(model.forward(tf.zeros([1, 32, 32, 2]), { training: false }).shape).toEqual([1, 5])
  })

  it('names every model it knows where the name is another', () => {
    expect(() => createModel('resnet18' as ModelName)).toThrow(
      'Expected one of seresnet50, resnext50_32x4d, seresnext26d_32x4d',
    )
  })

  it('says what an odd size meets where pools cut a row off, as in timm', () => {
    model = createModel('seresnextaa101d_32x8d', { layers: [1, 1], channels: [16, 32] })
    expect(() => model?.forward(tf.zeros([1, 36, 36, 1]), { training: false })).toThrow(
      'Expected an even height and width before layer2.0.add',
    )
  })
})

function twoChannels([count, height, width]: Recorded['images']): tf.Tensor4D {
  const channels = [0, 1].map((c) =>
    tf.tensor4d(hashedImages(`images.${c}`, count, height, width), [count, height, width, 1]),
  )
  return tf.concat(channels, 3)
}

function expectProbe(values: Float32Array, name: string, { norm, projections }: Probe): void {
  const ours = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  expect(Math.abs(ours - norm), name).toBeLessThan(1e-4 * norm)
  projections.forEach((projection, k) => {
    const vector = hashed(`${name}.probe${k}`, values.length)
    const projected = values.reduce((sum, value, index) => sum + value * (2 * vector[index] - 1), 0)
    expect(Math.abs(projected - projection), `${name} ${k}`).toBeLessThan(1e-4 * norm)
  })
}

/** Relative to the largest: one that happens to be near 0 has the noise of the others. */
function expectLogits(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  const largest = Math.max(...expected.map(Math.abs))
  expected.forEach((value, index) => {
    expect(Math.abs(actual[index] - value), `${index}`).toBeLessThanOrEqual(1e-4 * largest)
  })
}
