import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { dataPaths } from '@mammokit/screening-data'
import { readMetrics, readRunConfig } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { breastRows } from '../../src/train/breast-rows.ts'
import { createLoaders } from '../../src/train/loaders.ts'
import { train } from '../../src/train/train.ts'
import { readTrainingData, type TrainingRow } from '../../src/train/training-data.ts'
import { validate } from '../../src/train/validate.ts'
import { smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { readWeights, smallRun } from './small-run.ts'

const row = (imageId: string, view: string, target: 0 | 1 = 0, laterality: 'L' | 'R' = 'L'): TrainingRow => ({
  imageId,
  patientId: '1',
  laterality,
  view,
  target,
  file: `${imageId}.png`,
  sha256: 'ab',
  labels: [view === 'CC' ? -1 : 2],
})
const ids = (places: readonly (readonly { readonly imageId: string }[])[] | undefined) =>
  places?.map((some) => some.map(({ imageId }) => imageId))

beforeAll(() => tf.enableProdMode()) // without it tfjs prints advice

describe('breastRows', () => {
  it('has a place for CC and one for MLO, and fills that of a missing view with the other one', () => {
    const rows = [row('a', 'CC'), row('b', 'MLO', 1), row('c', 'CC'), row('d', 'ML'), row('e', 'MLO', 0, 'R')]
    const [left, right] = breastRows(rows)
    expect(ids(left.places)).toEqual([['a', 'c'], ['b']])
    expect(left).toMatchObject({ target: 1, labels: [2], patientId: '1' })
    expect(ids(right.places)).toEqual([['e'], ['e']])
    expect(ids(breastRows([row('a', 'ML'), row('b', 'LM')])[0].places)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })
})

describe('validate', () => {
  it('fuses all images of a breast, however many, and has its loss per breast', async () => {
    const rows = [row('a', 'CC', 1), row('b', 'CC', 0, 'R'), row('c', 'MLO', 1), row('d', 'MLO', 1)]
    const batches = [
      { images: Float32Array.of(1, 2), targets: Float32Array.of(1, 0), valid: 2, index: 0, imageIds: ['a', 'b'] },
      { images: Float32Array.of(4, 4), targets: Float32Array.of(1, 1), valid: 2, index: 1, imageIds: ['c', 'd'] },
    ]
    const loader = {
      batchesPerEpoch: 2,
      epoch: async function* () {
        yield* batches
      } as never,
    }
    const evaluate = { run: async (...[images]: readonly Float32Array[]) => [images, Float32Array.of(5, 5)] }
    const seen: number[][] = []
    const loss = (logits: { dataSync(): ArrayLike<number> }, targets: { dataSync(): ArrayLike<number> }) => {
      seen.push([...Array.from(logits.dataSync()), ...Array.from(targets.dataSync())])
      return logits as never
    }
    await validate({ evaluate, views: 2, loss: loss as never, advice: () => '' }, loader, rows)
    // Breast by breast: the mean of 1, 4 and 4, then 2.
    expect(seen).toEqual([
      [3, 1],
      [2, 0],
    ])
  })
})

describe('train on breasts', () => {
  let data = ''
  beforeAll(async () => {
    data = await writeProcessedPhantom()
    // One breast of train has no MLO.
    const path = dataPaths(data).splits
    const lines = readFileSync(path, 'utf8').split('\n')
    lines.splice(
      lines.findIndex((line) => line.includes(',MLO,') && line.includes('train')),
      1,
    )
    writeFileSync(path, lines.join('\n'))
  })

  it('draws both views of each breast, in its order', async () => {
    const config = smallRun(data, { model: { ...smallConfig.model, fusion: 'mean' } })
    const rows = await readTrainingData(config)
    const { trainLoader, valLoader } = createLoaders(config, rows, 2)
    const viewOf = new Map(rows.train.map(({ imageId, view }) => [imageId, view]))
    const views: string[] = []
    for await (const { imageIds, shape, targets } of trainLoader.epoch(0)) {
      expect([shape[0], targets.length, imageIds.length]).toEqual([8, 4, 8])
      views.push(...imageIds.map((id) => viewOf.get(id) as string))
    }
    expect(views.filter((view, index) => view !== ['CC', 'MLO'][index % 2])).toHaveLength(1)
    await trainLoader.close()
    await valLoader.close()
  })

  it('counts breasts where it asks for a whole batch, before a run is written', async () => {
    const model = { ...smallConfig.model, fusion: 'mean' as const }
    const { train: rows } = await readTrainingData(smallRun(data, { model }))
    const config = smallRun(data, { model, training: { batchSize: rows.length - 1 } })
    await expect(train(config)).rejects.toThrow(/at least one batch of \d+ training breasts in .* but received/)
    expect(existsSync(config.run)).toBe(false)
  })

  it.each(['mean', 'attention'] as const)('learns by %s and says that it takes breasts', async (fusion) => {
    const training = { epochs: 10, lr: 3e-3, augmentation: 'none', logEvery: 1 }
    const config = smallRun(data, { model: { ...smallConfig.model, fusion }, training } as never)
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines.join('\n')).toMatch(/10 epochs of \d steps of 4 breasts/)
    const metrics = await readMetrics(config.run)
    const losses = metrics.filter(({ kind }) => kind === 'validation').map((line) => Number(line.trainLoss))
    expect(losses.at(-1)).toBeLessThan(0.75 * losses[0])
    expect((await readRunConfig(config.run)).model.fusion).toBe(fusion)
    const names = [...readWeights(config.run, 'epoch-010').tensors.keys()].filter((name) => name.startsWith('fusion'))
    expect(names).toHaveLength(fusion === 'mean' ? 0 : 3)
    if (fusion === 'mean') return
    // Another run may begin from it, with a fusion and without.
    const pretrained = join(config.run, 'checkpoints/epoch-010/model.safetensors')
    for (const next of ['attention', null] as const) {
      const run = smallRun(data, { model: { ...smallConfig.model, fusion: next }, training: { epochs: 1, lr: 1e-12 } })
      await train({ ...run, pretrained })
      const [before, after] = [config, run].map(
        ({ run }, i) => readWeights(run, i === 0 ? 'epoch-010' : 'epoch-001').tensors,
      )
      expect(after.get('fc.weight')?.data[3]).toBeCloseTo(Number(before.get('fc.weight')?.data[3]), 5)
      expect(after.get('fusion.hidden.bias')?.data[3]).toEqual(
        next === null ? undefined : expect.closeTo(Number(before.get('fusion.hidden.bias')?.data[3]), 5),
      )
    }
  })
})
