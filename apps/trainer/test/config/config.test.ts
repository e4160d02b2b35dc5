import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandLineError, loadConfig } from '@mammokit/command-line'
import { runPaths } from '@mammokit/training-run'
import { describe, expect, it } from 'vitest'
import { configSchema, parseConfig } from '../../src/config/config.ts'
import { detectorFile } from '../../src/train-detector/detector-checkpoint.ts'

describe('parseConfig', () => {
  it('fills in SE-ResNeXt50 32x4d at 1024x512, seed 13 and one-cycle', () => {
    const config = parseConfig({})
    expect(config.model.layers).toEqual([3, 4, 6, 3])
    expect(config.image).toMatchObject({ height: 1024, width: 512 })
    expect(config.training).toMatchObject({ batchSize: 8, epochs: 5, lr: 3e-4, seed: 13 })
    expect(config.training.schedule).toMatchObject({ name: 'one-cycle', divFactor: 25, pctStart: 0.3 })
  })

  it.each([
    [
      { trainig: {} },
      'Expected a known key for the configuration but received trainig. Known there: description, data,',
    ],
    [{ training: { learningRate: 1 } }, 'received training.learningRate. Known there: epochs, batchSize,'],
    [{ training: { epochs: 0 } }, 'Expected an integer >= 1 for training.epochs in the configuration but received 0.'],
    [{ training: { schedule: { name: 'step' } } }, 'Expected one-cycle, reduce-on-plateau, cyclic or cosine for'],
    [{ training: { schedule: { name: 'cosine', pctStart: 1 } } }, 'It belongs to name one-cycle'],
    [{ engine: 'cuda' }, 'for engine in the configuration but received "cuda".'],
    [{ model: { layers: [1, 2] } }, 'Expected as many stages as in model.layers, 2, but received 4'],
    [
      { model: { inputNormalization: { window: 37 } } },
      'Expected image.mean 0 and image.std 1 beside model.inputNormalization',
    ],
    [{ model: { globalPool: { places: 3 } } }, 'model.globalPool'],
    [{ preprocess: { margin: 'wide' } }, 'margin'],
    [{ model: { fusion: 'mean' }, training: { patches: {} } }, 'Expected model.fusion null beside training.patches'],
    [
      { training: { shuffleLabels: true, patches: {} } },
      'Expected training.shuffleLabels false beside training.patches',
    ],
    [{ training: { patches: {}, auxiliary: { density: 0.1 } } }, 'Expected training.auxiliary null beside'],
    [{ training: { patches: {}, sampling: 'sequential' } }, 'Expected training.sampling shuffle beside'],
    [{ training: { patches: { jitter: 32 } } }, 'Expected less than half of size 64'],
    [
      { training: { patches: { malignant: 0.75, benign: 0.5 } } },
      'Expected malignant and benign that sum to at most 1 but received 0.75 and 0.5',
    ],
    [{ training: { patches: { augmentation: { affine: { probability: 2 } } } } }, 'affine.probability'],
    [
      { model: { layers: [1, 1], channels: [8, 8] }, training: { freeze: { upTo: 'layer3' } } },
      'Expected a stage of the network, none, stem, layer1, layer2, for training.freeze.upTo but received layer3.',
    ],
    [
      { fitBatch: true, training: { microBatchSize: 2 } },
      'Expected training.microBatchSize null beside --batch-size auto (fitBatch), which finds it, but received 2.',
    ],
    [{ sheet: { file: 's.jpg' } }, 'Expected a value such as sheet.png or null for sheet.file'],
    [{ memoryMiB: 4000 }, 'Expected --batch-size auto (fitBatch) beside memoryMiB but received 4000 alone.'],
    [{ preprocess: { height: 64 } }, 'Expected image.height but received preprocess.height'],
    [
      { split: { method: 'k-fold', folds: 2, fold: 2 } },
      'Expected a fold below 2, the number of folds, for split.fold',
    ],
  ])('rejects %j by the name of its key', (input, message) => {
    expect(() => parseConfig(input)).toThrow(CommandLineError)
    expect(() => parseConfig(input)).toThrow(message)
  })
})

describe('configs/', () => {
  const configs = fileURLToPath(new URL('../../configs/', import.meta.url))
  it.each(readdirSync(configs))('accepts configs/%s, which says its command, time and score', async (name) => {
    const { description } = await loadConfig(configSchema, { file: join(configs, name) })
    expect(description).toMatch(/mammokit-trainer/)
    expect(description).toMatch(/time/i)
    expect(description).toMatch(/score/i)
  })

  it('the detector is fine-tuned from the last checkpoint that the first part writes', async () => {
    const load = (name: string) => loadConfig(configSchema, { file: join(configs, name) })
    const [{ run, detector }, { pretrained }] = [await load('detector.json'), await load('detector-fine-tuning.json')]
    expect(pretrained).toBe(join(runPaths(run).checkpoints, `step-${detector.steps}`, detectorFile))
  })
})
