import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { encodeSafetensors } from '@mammokit/safetensors'
import { createSeResNeXt } from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { train } from '../../src/train/train.ts'
import { smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { readWeights, smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

describe('train', () => {
  it('writes configuration, metrics, events and a checkpoint for every epoch, and leaves no tensor behind', async () => {
    await tf.setBackend('cpu')
    const tensors = tf.memory().numTensors
    const config = smallRun(data)
    const lines: string[] = []
    const summary = await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(summary).toMatchObject({ epochs: 3, validation: { loss: expect.any(Number) } })
    expect(readdirSync(config.run).sort()).toEqual([
      'checkpoints',
      'config.json',
      'events.out.tfevents.0000000000.mammokit',
      'metrics.jsonl',
      'timings.jsonl',
    ])
    expect(readdirSync(join(config.run, 'checkpoints'))).toEqual(['epoch-001', 'epoch-002', 'epoch-003'])
    const metrics = readFileSync(join(config.run, 'metrics.jsonl'), 'utf8').trim().split('\n')
    const epochs = metrics.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'validation')
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    const written = JSON.parse(readFileSync(join(config.run, 'config.json'), 'utf8'))
    const { metadata, tensors: weights } = readWeights(config.run, 'epoch-003')
    const state = JSON.parse(readFileSync(join(config.run, 'checkpoints/epoch-003/trainer.json'), 'utf8'))
    expect([metadata.preprocessHash, state.preprocessHash]).toEqual([written.preprocessHash, written.preprocessHash])
    expect(written.image).toEqual({ height: 64, width: 32, mean: 0.449, std: 0.226 })
    expect(weights.get('conv1.weight')?.shape).toEqual([8, 1, 7, 7])
    expect(tf.memory().numTensors).toBe(tensors)
    expect(lines.filter((line) => line.includes('wrote'))).toHaveLength(3)
  })

  it('lowers the training loss of a few images to less than three quarters within twelve epochs', async () => {
    const config = smallRun(data, { training: { epochs: 12, lr: 3e-3, augmentation: 'none' } })
    await train(config)
    const lines = readFileSync(join(config.run, 'metrics.jsonl'), 'utf8').trim().split('\n')
    const losses = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'validation')
    expect(losses.at(-1).trainLoss).toBeLessThan(0.75 * losses[0].trainLoss)
  })

  it('starts from timm’s weights: colors summed, another head left out', async () => {
    const color = createSeResNeXt({ ...smallConfig.model, inChannels: 3, numClasses: 10 }, { seed: 5, scope: 'timm' })
    const weights = color.stateDict()
    color.dispose()
    const config = smallRun(data, { training: { epochs: 1, lr: 1e-12 } })
    const path = `${config.run}-timm.safetensors`
    writeFileSync(path, encodeSafetensors(weights))
    await train({ ...config, pretrained: path })
    const trained = readWeights(config.run, 'epoch-001').tensors
    const stem = trained.get('conv1.weight')?.data as Float32Array
    const given = weights.get('conv1.weight')?.data as Float32Array
    expect(stem[0]).toBeCloseTo(given[0] + given[49] + given[98], 5)
    expect(trained.get('layer1.0.conv1.weight')?.data[3]).toBeCloseTo(
      weights.get('layer1.0.conv1.weight')?.data[3] as number,
      5,
    )
    expect(trained.get('fc.bias')?.shape).toEqual([1])
  })
})
