import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeSafetensors } from '@mammokit/safetensors'
import { openEngine } from '@mammokit/tensor-engine'
import { readMetrics } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { createAuxiliaryHeads } from '../../src/train/auxiliary-heads.ts'
import { auxiliaryTargets, labelsOf, lossParts } from '../../src/train/auxiliary-targets.ts'
import { createLearner } from '../../src/train/learner.ts'
import { train } from '../../src/train/train.ts'
import { createTrainStep } from '../../src/train/train-step.ts'
import { assertLabeled, readTrainingData } from '../../src/train/training-data.ts'
import { smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { readWeights, smallRun } from './small-run.ts'

const auxiliary = { birads: 0.1, density: 0.3, biopsy: 0.2, invasive: 0.1 }
const targetsOf = (weights: object) => auxiliaryTargets(parseConfig({ training: { auxiliary: weights } }).training)

const fixture = fileURLToPath(new URL('../fixtures/auxiliary-losses.json', import.meta.url))
const golden = JSON.parse(readFileSync(fixture, 'utf8'))

describe('auxiliary targets', () => {
  it('are those with a weight, and a row without a value of one has -1 there', () => {
    expect(targetsOf({ density: 0.1 }).map(({ name }) => name)).toEqual(['density'])
    expect(auxiliaryTargets(parseConfig({}).training)).toEqual([])
    const targets = targetsOf(auxiliary)
    const known = { birads: 4, density: 'b', biopsy: true, invasive: false }
    expect(labelsOf(known, targets)).toEqual([4, 1, 1, 0])
    expect(labelsOf({ birads: 4.5, density: 'E', biopsy: null, invasive: null }, targets)).toEqual([-1, -1, -1, -1])
    expect(labelsOf({ birads: 0, density: '4', biopsy: false, invasive: true }, targets)).toEqual([0, 3, 0, 1])
  })

  it('are reported by the mean over the images that have them, null where none has', () => {
    const parts = [Float32Array.of(0.5), Float32Array.of(6, 0), Float32Array.of(4, 0)]
    expect(lossParts(targetsOf({ density: 1, biopsy: 1 }), parts)).toEqual({
      cancerLoss: 0.5,
      densityLoss: 1.5,
      biopsyLoss: null,
    })
    expect(lossParts([], [])).toEqual({})
  })
})

describe('auxiliary heads', () => {
  it("have PyTorch's cross-entropies and gradients where labels are missing, 1e-6", async () => {
    await openEngine('onnxruntime', { threads: 1 })
    const heads = createAuxiliaryHeads(targetsOf(golden.weights), { channels: 5, seed: 13 })
    for (const [name, variable] of heads.variables) {
      const value = tf.tensor(golden.heads[name])
      variable.assign(name.endsWith('weight') ? tf.transpose(value) : value)
    }
    const labels = tf.tensor2d(golden.labels)
    const { sums, counts, weighted } = heads.losses(tf.tensor2d(golden.vectors), labels)
    const near = (received: ArrayLike<number>, expected: readonly number[]) => {
      expect(received.length).toBe(expected.length)
      expected.forEach((value, i) => {
        expect(Math.abs((received[i] as number) - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)))
      })
    }
    near(sums.dataSync(), golden.sums)
    expect([...counts.dataSync()]).toEqual([4, 5])
    near(weighted.dataSync(), [golden.weighted])
    const vectors = tf.variable(tf.tensor2d(golden.vectors))
    const { grads } = tf.variableGrads(() => heads.losses(vectors as never, labels).weighted)
    near(grads[vectors.name].dataSync(), golden.gradients.vectors.flat())
    for (const [name, variable] of heads.variables) {
      const gradient = grads[variable.name]
      const own = name.endsWith('weight') ? tf.transpose(gradient) : gradient
      near(own.dataSync(), golden.gradients[name].flat())
    }
    vectors.dispose()
    heads.dispose()
  })

  it('blend labels as mixup blends images, and ask for both', async () => {
    await openEngine('onnxruntime', { threads: 1 })
    const heads = createAuxiliaryHeads(targetsOf({ biopsy: 1 }), { channels: 1, seed: 13 })
    const vectors = tf.tensor2d([[0.5], [1], [2], [3]])
    const labelsAt = (values: number[]) => tf.tensor2d(values, [4, 1])
    const mixed = { partners: labelsAt([-1, 1, 0, 1]), share: tf.scalar(0.7) }
    const blended = heads.losses(vectors, labelsAt([1, 0, 1, -1]), mixed)
    expect(blended.counts.dataSync()[0]).toBe(2)
    const alone = heads.losses(vectors, labelsAt([-1, 0.3, 0.7, -1]))
    expect(blended.sums.dataSync()[0]).toBeCloseTo(alone.sums.dataSync()[0], 6)
    heads.dispose()
  })
})

describe('a step with auxiliary targets', () => {
  const [count, side] = [4, 64]
  const images = Float32Array.from({ length: count * side * side }, (_, i) => Math.sin(i * 0.37) + Math.cos(i * 0.011))
  const batch = { images, targets: Float32Array.of(1, 0, 0, 1), labels: Float32Array.of(3, 1, -1, 0, 0, -1, 2, 1) }
  const values = { share: 1, lr: 1e-3, beta1: 0.9, averageDecay: 0.5, step: 0 }

  it('in parts is the step on the whole batch, 1e-5, and leaves no tensor behind', async () => {
    const engine = await openEngine('onnxruntime', { threads: 1 })
    const results = []
    for (const microBatchSize of [null, 3]) {
      const training = {
        ...smallConfig.training,
        auxiliary: { density: 0.5, biopsy: 0.5 },
        freezeBatchNorm: true,
        microBatchSize,
      }
      const learner = createLearner(parseConfig({ ...smallConfig, training }), engine)
      const step = createTrainStep(engine, learner, {
        height: side,
        width: side,
        batchSize: count,
        microBatchSize,
        seed: 13,
        precision: 'float32',
      })
      await step.prepare(0)
      const outputs = await step.run(batch, values)
      const { numTensors } = tf.memory()
      await step.run(batch, values)
      expect(tf.memory().numTensors).toBe(numTensors)
      results.push(outputs.flatMap((output) => [...output]))
      await step.dispose()
      learner.dispose()
    }
    const [whole, parts] = results
    // loss, norm, loss of cancer, two sums, two counts
    expect(whole).toHaveLength(7)
    expect(whole.slice(5)).toEqual([3, 3])
    whole.forEach((value, i) => {
      expect(Math.abs(parts[i] / value - 1)).toBeLessThan(1e-5)
    })
  })
})

describe('train with auxiliary targets', () => {
  let data = ''
  beforeAll(async () => {
    data = await writeProcessedPhantom()
  })

  it('learns from them, logs their losses, and keeps their heads out of the weights that predict', async () => {
    const training = {
      auxiliary: { density: 0.5, birads: 0.5 },
      epochs: 12,
      lr: 3e-3,
      augmentation: 'none',
      logEvery: 1,
    }
    const config = smallRun(data, { training } as never)
    await train(config)
    const plain = smallRun(data, { training: { epochs: 1 } })
    await train(plain)
    const [names, plainNames] = [
      readWeights(config.run, 'epoch-012').tensors.keys(),
      readWeights(plain.run, 'epoch-001').tensors.keys(),
    ].map((keys) => [...keys])
    expect(names).toEqual(plainNames)
    const kept = decodeSafetensors(readFileSync(join(config.run, 'checkpoints/epoch-012/trainer.safetensors'))).tensors
    expect(kept.get('auxiliary/density.weight')?.shape).toEqual([128, 4])
    const steps = (await readMetrics(config.run)).filter(({ kind }) => kind === 'train')
    expect(Object.keys(steps[0])).toEqual(expect.arrayContaining(['cancerLoss', 'biradsLoss', 'densityLoss']))
    const { loss, cancerLoss, biradsLoss, densityLoss } = steps[0] as unknown as Record<string, number>
    // Every phantom has both.
    expect(loss).toBeCloseTo(cancerLoss + 0.5 * biradsLoss + 0.5 * densityLoss, 5)
    const mean = (some: typeof steps) =>
      some.reduce((sum, line) => sum + (line as unknown as Record<string, number>).densityLoss, 0) / some.length
    expect(mean(steps.slice(-4))).toBeLessThan(0.7 * mean(steps.slice(0, 4)))
  })

  it('refuses a target that no training image has', async () => {
    const config = smallRun(data, { training: { auxiliary: { density: 0.1 } } })
    const { train: rows } = await readTrainingData(config)
    const unlabeled = rows.map((row) => ({ ...row, labels: [-1] }))
    expect(() => assertLabeled(unlabeled, targetsOf({ density: 0.1 }), 'splits.csv')).toThrow(
      'Expected values of density for training images in splits.csv but received none. Set training.auxiliary.density to 0.',
    )
  })
})
