import { openEngine, type TensorEngine } from '@mammokit/tensor-engine'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Config, type ConfigInput, parseConfig } from '../../src/config/config.ts'
import { createLearner, type Learner } from '../../src/train/learner.ts'
import { createTrainStep, type TrainStep } from '../../src/train/train-step.ts'
import { smallConfig } from '../processed-phantom.ts'

const [count, height, width] = [4, 64, 64]
const pixels = height * width
const images = Float32Array.from({ length: count * pixels }, (_, i) => Math.sin(i * 0.37) + Math.cos(i * 0.011))
const targets = Float32Array.of(1, 0, 0, 1)
const values = { share: 1, lr: 1e-3, beta1: 0.9, averageDecay: 0.5, step: 0 }

let engine: TensorEngine
beforeAll(async () => {
  engine = await openEngine('onnxruntime', { threads: 1 })
})

function learnerOf(
  training: ConfigInput['training'],
  model: ConfigInput['model'] = {},
): { learner: Learner; config: Config } {
  const config = parseConfig({
    ...smallConfig,
    model: { ...smallConfig.model, ...model },
    training: { ...smallConfig.training, ...training },
  })
  return { learner: createLearner(config, engine), config }
}

/** Loss and norm of steps, and the weights after them. */
async function takeSteps(
  training: ConfigInput['training'] & object,
  batches: Parameters<TrainStep['run']>[0][] = [{ images, targets }],
  changes = {},
  model: ConfigInput['model'] = {},
) {
  const { learner, config } = learnerOf(training, model)
  const step = createTrainStep(engine, learner, { height, width, ...config.training })
  await step.prepare(0)
  const outputs: number[][] = []
  for (const batch of batches) {
    outputs.push((await step.run(batch, { ...values, ...changes })).map(([value]) => value))
  }
  const saved = learner.save().model
  await step.dispose()
  learner.dispose()
  return { outputs, weights: (name: string) => saved.get(name)?.data as Float32Array }
}

const differenceOf = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])))

describe('a step in parts', () => {
  it.each([1, 2, 3])(
    'is the step on the whole batch where no statistics of batches enter, mixup and auxiliary labels included: parts of %d images',
    async (microBatchSize) => {
      const labels = Float32Array.of(0, 1, 3, 0, -1, 1, 2, -1)
      const mixed = { mixup: 0.4, auxiliary: { density: 0.5, biopsy: 0.5 } }
      for (const training of [{ clipNorm: 10 }, mixed]) {
        const take = (more: object) =>
          takeSteps({ freezeBatchNorm: true, ...training, ...more }, [{ images, targets, labels }], { share: 0.7 })
        const [whole, parts] = [await take({}), await take({ microBatchSize })]
        for (const [i, value] of whole.outputs[0].entries()) {
          expect(Math.abs(parts.outputs[0][i] / value - 1)).toBeLessThan(1e-5)
        }
        expect(differenceOf(parts.weights('fc.weight'), whole.weights('fc.weight'))).toBeLessThan(1e-6)
      }
    },
  )

  it('has the mean of the losses that its parts have alone, and their statistics in turn', async () => {
    const part = (first: number, end: number) => ({
      images: images.slice(first * pixels, end * pixels),
      targets: targets.slice(first, end),
    })
    const still = { lr: 0 }
    const { outputs, weights } = await takeSteps({ microBatchSize: 2 }, [{ images, targets }], still)
    const alone = await takeSteps({ batchSize: 2 }, [part(0, 2), part(2, 4)], still)
    expect(outputs[0][0]).toBeCloseTo((alone.outputs[0][0] + alone.outputs[1][0]) / 2, 6)
    expect(weights('bn1.running_mean')).toEqual(alone.weights('bn1.running_mean'))
  })

  it('leaves the weights as they are where a loss is not finite', async () => {
    const broken = images.slice().fill(Number.NaN, 3 * pixels)
    const before = learnerOf({})
    const start = before.learner.save().model.get('fc.weight')?.data as Float32Array
    before.learner.dispose()
    const { outputs, weights } = await takeSteps({ microBatchSize: 2 }, [{ images: broken, targets }])
    expect(outputs[0][0]).toBeNaN()
    expect(weights('fc.weight')).toEqual(start)
  })
})

describe('a step', () => {
  it('takes batches that are smaller than the others', async () => {
    const { outputs } = await takeSteps({}, [
      { images, targets },
      { images: images.slice(0, 3 * pixels), targets: targets.slice(0, 3) },
    ])
    for (const value of outputs.flat()) expect(value).toBeGreaterThan(0)
  })

  it('leaves frozen stages as they are and trains the rest, from their own first step once they thaw', async () => {
    const { learner, config } = learnerOf({ freeze: { upTo: 'layer3', epochs: 1 } })
    const step = createTrainStep(engine, learner, { height, width, ...config.training })
    const names = ['conv1.weight', 'layer3.0.downsample.0.weight', 'layer4.0.downsample.0.weight', 'fc.weight']
    const read = () => names.map((name) => Float32Array.from(learner.save().model.get(name)?.data as Float32Array))
    const start = read()
    await step.prepare(0)
    for (let i = 0; i < 3; i++) await step.run({ images, targets }, values)
    const frozen = read()
    expect(frozen.map((now, i) => differenceOf(now, start[i]) === 0)).toEqual([true, true, false, false])
    await step.prepare(1)
    await step.run({ images, targets }, values)
    const thawed = read().map((now, i) => differenceOf(now, frozen[i]))
    // Adam's first step moves a weight by the learning rate: what thaws has moments and a count of steps of its own.
    for (const moved of thawed.slice(0, 2)) expect(Math.abs(moved / values.lr - 1)).toBeLessThan(0.02)
    await step.dispose()
    learner.dispose()
  })

  it('shortens the gradient to clipNorm and returns its norm before: momentum after one step is that of the short one', async () => {
    const momentum = async (clipNorm: number | null) => {
      const { learner, config } = learnerOf({ clipNorm })
      const step = createTrainStep(engine, learner, { height, width, ...config.training })
      await step.prepare(0)
      const [, [norm]] = await step.run({ images, targets }, values)
      const moments = [...learner.save().trainer].filter(([name]) => name.endsWith('/m'))
      const squares = moments.flatMap(([, { data }]) => Array.from(data as Float32Array, (value) => value ** 2))
      await step.dispose()
      learner.dispose()
      return { norm, momentum: Math.sqrt(squares.reduce((sum, value) => sum + value, 0)) }
    }
    const [free, clipped] = [await momentum(null), await momentum(1e-3)]
    expect(clipped.norm).toBeCloseTo(free.norm, 5)
    expect(free.momentum / (0.1 * free.norm)).toBeCloseTo(1, 4)
    expect(clipped.momentum / (0.1 * 1e-3)).toBeCloseTo(1, 2)
  })

  it('decays filters and matrices alone, and gives earlier stages lower rates', async () => {
    const { weights: plain } = await takeSteps({})
    const { weights: decayed } = await takeSteps({ adam: { weightDecay: 100 } })
    const { learner } = learnerOf({})
    const start = learner.save().model
    const [fc, conv] = ['fc.weight', 'layer1.0.downsample.0.weight'].map(
      (name) => start.get(name)?.data as Float32Array,
    )
    learner.dispose()
    // AdamW: w (1 - lr decay) - update, against w - update without.
    for (const [name, before] of [
      ['fc.weight', fc],
      ['layer1.0.downsample.0.weight', conv],
    ] as const) {
      const expected = plain(name).map((value, i) => value - before[i] * values.lr * 100)
      expect(differenceOf(decayed(name), expected)).toBeLessThan(1e-6)
    }
    for (const name of ['fc.bias', 'bn1.weight', 'bn1.bias']) expect(decayed(name)).toEqual(plain(name))
    const { weights: slower } = await takeSteps({ adam: { layerDecay: 0.5 } })
    const moved = (weights: (name: string) => Float32Array, before: Float32Array, name: string) =>
      differenceOf(weights(name), before)
    expect(moved(slower, fc, 'fc.weight')).toBeCloseTo(moved(plain, fc, 'fc.weight'), 6)
    // layer1 is four stages before the head.
    const name = 'layer1.0.downsample.0.weight'
    expect(moved(slower, conv, name) / moved(plain, conv, name)).toBeCloseTo(1 / 16, 3)
  })

  it('lowers rates by the stages that the network has, where they are fewer than four', async () => {
    const model = { layers: [1, 1], channels: [8, 16] }
    const { learner } = learnerOf({}, model)
    const [stem, conv] = ['conv1.weight', 'layer1.0.downsample.0.weight'].map((name) =>
      Float32Array.from(learner.save().model.get(name)?.data as Float32Array),
    )
    learner.dispose()
    const take = (layerDecay: number) => takeSteps({ adam: { layerDecay } }, undefined, {}, model)
    const [plain, slower] = [await take(1), await take(0.5)]
    const ratio = (name: string, before: Float32Array) =>
      differenceOf(slower.weights(name), before) / differenceOf(plain.weights(name), before)
    // layer1 is two stages before the head, and the stem three.
    expect(ratio('layer1.0.downsample.0.weight', conv)).toBeCloseTo(1 / 4, 3)
    expect(ratio('conv1.weight', stem)).toBeCloseTo(1 / 8, 3)
  })

  it('blends each image and target with that of the mirrored place in mixup', async () => {
    const blended = (share: number, array: Float32Array, size: number) =>
      array.map((value, i) => {
        const mirrored = (count - 1 - Math.floor(i / size)) * size + (i % size)
        return value * share + array[mirrored] * (1 - share)
      })
    const mixed = await takeSteps({ mixup: 0.2 }, [{ images, targets }], { share: 0.7 })
    const byHand = await takeSteps({}, [{ images: blended(0.7, images, pixels), targets: blended(0.7, targets, 1) }])
    expect(mixed.outputs[0][0]).toBeCloseTo(byHand.outputs[0][0], 5)
  })
})
