/** Every way of training goes on from a checkpoint within an epoch to the bytes of a run that was never stopped. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentProgress } from '@mammokit/command-line'
import { beforeAll, describe, expect, it } from 'vitest'
import { gateShare } from '../../../../packages/seresnext/test/gate-share.ts'
import type { ConfigInput } from '../../src/config/config.ts'
import { createLoaders } from '../../src/train/loaders.ts'
import { train } from '../../src/train/train.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { newRun, smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { checkpointBytes, smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

/** `npm run nightly` stops each mode in its first epoch too. */
const isNightly = process.env.MAMMOKIT_NIGHTLY === '1'

const patches = { size: 32, jitter: 2, perEpoch: 12 }

/** Of `training`, beside options of the network. */
const modes: Readonly<Record<string, ConfigInput['training'] & { readonly network?: ConfigInput['model'] }>> = {
  'the recipe of the reference, its last batch kept': {
    dropLast: false,
    batchSize: 5,
    loss: { gamma: 1, alpha: 1, reference: true },
    sampling: { positiveFactor: 11 / 4 },
    augmentation: 'level2',
  },
  'a rate per epoch that follows the best pF1, gradients of parts added up, blocks computed again, features dropped': {
    network: { dropRate: 0.3, dropPathRate: 0.2 },
    recompute: true,
    dropLast: false,
    batchSize: 5,
    microBatchSize: 2,
    sampling: { positivesPerBatch: 1 },
    schedule: { name: 'reduce-on-plateau', metric: 'imageBestPf1', patience: 0 },
  },
  'AdamW with rates by stage, clipped, stages that thaw after an epoch, mixup, paths dropped and an average that warms up':
    {
      network: { dropPathRate: 0.3 },
      adam: { weightDecay: 0.05, layerDecay: 0.7 },
      clipNorm: 0.5,
      freeze: { upTo: 'layer2', epochs: 1 },
      mixup: 0.4,
      emaDecay: 0.9998,
      loss: { labelSmoothing: 0.1 },
    },
  'heads for columns of the rows, their gradients added up, clipped, blended and averaged': {
    auxiliary: { birads: 0.1, density: 0.3, biopsy: 0.2, invasive: 0.1 },
    dropLast: false,
    batchSize: 5,
    microBatchSize: 2,
    adam: { weightDecay: 0.05, layerDecay: 0.7 },
    clipNorm: 0.5,
    mixup: 0.4,
    emaDecay: 0.99,
    logEvery: 1,
  },
  'breasts whose two images are weighed by attention, in parts, blended, with a head of their own and an average': {
    network: { fusion: 'attention', dropRate: 0.2 },
    auxiliary: { density: 0.3 },
    dropLast: false,
    batchSize: 3,
    microBatchSize: 2,
    mixup: 0.4,
    emaDecay: 0.99,
    adam: { layerDecay: 0.7 },
  },
  'patches that are turned, of a network that normalizes its input and pools its highest places': {
    network: {
      layers: [1, 1],
      channels: [8, 16],
      squeezeExcite: false,
      globalPool: { places: 2, window: 4 },
      inputNormalization: { window: 9 },
    },
    patches: { ...patches, augmentation: { affine: { probability: 1, rotation: [-180, 180] } } },
  },
  'half precision whose first steps overflow and are skipped, in parts, clipped and averaged': {
    precision: 'float16',
    lossScale: { initialScale: 2 ** 28, growthInterval: 2, backoffFactor: 2 ** -6 },
    dropLast: false,
    batchSize: 5,
    microBatchSize: 2,
    clipNorm: 0.5,
    emaDecay: 0.99,
    logEvery: 1,
  },
  'triangular2 per epoch with statistics that stay': {
    schedule: { name: 'cyclic', interval: 'epoch', mode: 'triangular2', stepSizeUp: 1 },
    freezeBatchNorm: true,
  },
}

describe('train', () => {
  it.each(gateShare(Object.entries(modes), 3))('resumes bit for bit: %s', async (_, { network, ...training }) => {
    const model = { ...smallConfig.model, ...network }
    const image = { ...smallConfig.image, ...(network?.inputNormalization && { mean: 0, std: 1 }) }
    const whole = smallRun(data, { model, image, training: { ...training, epochs: 2 } })
    const { steps } = await train(whole)
    const config = { ...whole, run: newRun() }
    for (const stopAt of isNightly ? [1, Math.ceil(steps / 2) + 1] : [Math.ceil(steps / 2) + 1]) {
      const stop = new AbortController()
      let updates = 0
      const update = () => {
        if (++updates > stopAt) stop.abort()
      }
      await expect(train(config, { signal: stop.signal, progress: { ...silentProgress, update } })).rejects.toThrow()
    }
    expect(await train(config)).toMatchObject({ epochs: 2, steps })
    for (const epoch of ['epoch-001', 'epoch-002']) {
      expect(checkpointBytes(config.run, epoch)).toEqual(checkpointBytes(whole.run, epoch))
    }
    const metrics = [whole, config].map(({ run }) => readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    expect(metrics[1]).toBe(metrics[0])
    // Scaled losses overflow at first.
    const scales = new Set(metrics[0].match(/"lossScale":[^,]+/g))
    if (training.precision === 'float16') expect(scales.size).toBeGreaterThan(2)
  })

  it('on patches sees the shares of lesions and of tissue in every batch, and whole images in validation', async () => {
    const config = smallRun(data, { training: { patches: { ...patches, malignant: 0.25, benign: 0 } } })
    const { trainLoader, valLoader } = createLoaders(config, await readTrainingData(config), 1)
    for await (const { shape, targets } of trainLoader.epoch(0)) {
      expect(shape).toEqual([4, 32, 32, 1])
      expect([...targets].sort()).toEqual([0, 0, 0, 1])
    }
    for await (const { shape } of valLoader.epoch(0)) expect(shape).toEqual([4, 64, 32, 1])
    for (const loader of [trainLoader, valLoader]) await loader.close()
  })

  it('on patches needs boxes of cancers', async () => {
    const config = smallRun(data, { training: { patches: { ...patches, leaveOut: ['s', 'm', 'd'] } } })
    const message = 'Expected boxes of lesions for training images with cancer'
    await expect(readTrainingData(config)).rejects.toThrow(message)
  })

  it('on patches needs both classes in a batch, and a batch of patches, not of images', async () => {
    const patchRun = (change: object) =>
      smallRun(data, { training: { batchSize: 4, patches: { ...patches, ...change } } })
    for (const malignant of [0.1, 1]) {
      const config = patchRun({ malignant, benign: 0 })
      const training = await readTrainingData(config)
      expect(() => createLoaders(config, training, 1)).toThrow('Expected patches of both classes in batches of 4')
    }
    const message = 'Expected at least one batch of 4 training patches'
    await expect(readTrainingData(patchRun({ perEpoch: 3 }))).rejects.toThrow(message)
  })

  it('on patches leaves benign findings to the tissue where it is told to', async () => {
    const kindsOf = async (leaveOut: string[]) => {
      const { train } = await readTrainingData(smallRun(data, { training: { patches: { ...patches, leaveOut } } }))
      return new Set(train.flatMap(({ lesions = [] }) => lesions.map(({ kind }) => kind)))
    }
    expect(await kindsOf([])).toEqual(new Set(['malignant', 'benign']))
    expect(await kindsOf(['benign'])).toEqual(new Set(['malignant']))
  })
})
