import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../src/config.ts'
import { blurPool, dropout, dropPath, generalizedMean, maxPool } from '../src/functions.ts'
import { createSeResNeXt, defaultOps } from '../src/index.ts'
import { planBlocks } from '../src/network.ts'

const tiny = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

describe('generalizedMean', () => {
  const values = [0, 1, 2, 3, 0.5, 0, 4, 1]
  const images = () => tf.tensor4d(values, [1, 2, 2, 2])

  it('is (mean of max(x, 1e-6)^p)^(1/p) of each channel', () => {
    for (const p of [1, 3, 4.5]) {
      const expected = [0, 1].map((channel) => {
        const powers = [0, 1, 2, 3].map((pixel) => Math.max(values[2 * pixel + channel], 1e-6) ** p)
        return (powers.reduce((a, b) => a + b) / 4) ** (1 / p)
      })
      const found = generalizedMean(images(), tf.tensor1d([p])).dataSync()
      for (const channel of [0, 1]) expect(Math.abs(found[channel] / expected[channel] - 1)).toBeLessThan(1e-5)
    }
  })

  it('has the gradient of its exponent, equal to finite differences to 1e-3', () => {
    const of = (p: number) => tf.sum(generalizedMean(images(), tf.tensor1d([p]))).dataSync()[0]
    const gradient = tf
      .grad((p: tf.Tensor1D) => tf.sum(generalizedMean(images(), p)))(tf.tensor1d([3]))
      .dataSync()[0]
    expect(Math.abs(gradient - (of(3.01) - of(2.99)) / 0.02)).toBeLessThan(1e-3)
  })

  it('is what globalPool gem trains, from an exponent of 3', () => {
    const model = createSeResNeXt({ ...tiny, globalPool: 'gem' })
    expect([...(model.variables.get('global_pool.p')?.dataSync() ?? [])]).toEqual([3])
    const loss = () => tf.sum(model.forward(tf.ones([2, 32, 32, 1]), { training: true })) as tf.Scalar
    expect(tf.variableGrads(loss).grads['global_pool.p'].shape).toEqual([1])
    model.dispose()
  })
})

describe('dropout and dropPath', () => {
  it('zero their share of the values, and of whole images, and keep the mean', () => {
    const dropped = dropout(tf.ones([100, 100]), 0.2).dataSync()
    expect(new Set(dropped)).toEqual(new Set([0, 1.25]))
    expect(Math.abs(dropped.filter((value) => value === 0).length / 10_000 - 0.2)).toBeLessThan(0.02)
    const images = dropPath(tf.ones([2000, 2, 2, 1]), 0.5).arraySync() as number[][][][]
    const kinds = images.map((image) => new Set(image.flat(2)))
    expect(kinds.every((kind) => kind.size === 1 && (kind.has(0) || kind.has(2)))).toBe(true)
    expect(Math.abs(kinds.filter((kind) => kind.has(0)).length / 2000 - 0.5)).toBeLessThan(0.06)
  })

  it('rise linearly to dropPathRate at the last block', () => {
    const rates = planBlocks(resolveConfig({ dropPathRate: 0.3 })).map((block) => block.dropPath)
    for (const [index, rate] of rates.entries()) expect(rate).toBeCloseTo((0.3 * index) / 15, 12)
    expect(planBlocks(resolveConfig({ layers: [1], channels: [64], dropPathRate: 0.3 }))[0].dropPath).toBe(0)
  })

  it('act in training only, and a dropped branch leaves the shortcut', () => {
    const rates = { dropRate: 0.999999, dropPathRate: 0.999999 }
    const model = createSeResNeXt({ ...tiny, ...rates, layers: [1, 2] }, { seed: 3 })
    for (const [name, variable] of model.variables) {
      if (name.endsWith('bn3.weight')) variable.assign(tf.fill(variable.shape, 0.5))
    }
    const x = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', 1)
    const bias = model.variables.get('fc.bias')?.dataSync()[0] as number
    expect([...model.forward(x, { training: true }).dataSync()]).toEqual([bias, bias])
    expect(model.forward(x, { training: false }).dataSync()[0]).not.toBe(bias)
    model.dispose()
  })
})

describe('running statistics', () => {
  it('are used and left as they are in training where they are asked for, by layer', () => {
    const model = createSeResNeXt(tiny, { seed: 1 })
    const x = tf.randomNormal<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', 1)
    const mean = (name: string) => [...(model.variables.get(`${name}.running_mean`)?.dataSync() ?? [])]
    model.forward(x, { training: true, usesRunningStatistics: (name) => !name.startsWith('layer2') })
    expect(mean('bn1')).toEqual(Array(8).fill(0))
    expect(mean('layer2.0.bn1')).not.toEqual(Array(8).fill(0))
    const frozen = model.forward(x, { training: true, usesRunningStatistics: () => true }).dataSync()
    expect([...frozen]).toEqual([...model.forward(x, { training: false }).dataSync()])
    model.dispose()
  })
})

describe('pools', () => {
  it('blurPool filters with [1, 2, 1] / 4 over reflected borders, of even and odd sizes, with a gradient', () => {
    const row = (size: number) =>
      tf.tensor4d(
        Array.from({ length: 3 * size }, (_, i) => (i % size) ** 2),
        [1, 3, size, 1],
      )
    const values = (size: number) => (blurPool(row(size)).arraySync() as number[][][][])[0][0].flat()
    expect(values(4)).toEqual([(1 + 0 + 1) / 4, (1 + 2 * 4 + 9) / 4])
    expect(values(5)).toEqual([(1 + 0 + 1) / 4, (1 + 2 * 4 + 9) / 4, (9 + 2 * 16 + 9) / 4])
    const gradient = tf
      .grad((x: tf.Tensor4D) => tf.sum(blurPool(x)))(row(4))
      .arraySync() as number[][][][]
    expect(gradient[0].flat(2).reduce((a, b) => a + b)).toBeCloseTo(4, 6)
  })

  it("maxPool with ceil has PyTorch's windows for even and odd sizes", () => {
    const pooled = (size: number) =>
      maxPool(
        defaultOps,
        tf.tensor4d(
          Array.from({ length: size * size }, (_, i) => i),
          [1, size, size, 1],
        ),
        2,
        true,
      )
    expect(pooled(4).dataSync()).toEqual(Float32Array.of(10, 11, 14, 15))
    expect(pooled(5).dataSync()).toEqual(Float32Array.of(12, 14, 22, 24))
  })
})
