/** A run whose network fuses the images of a breast, through predict, select and test. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBreastNetwork } from '@mammokit/mammogram-classifier'
import { decodeSafetensors, encodeSafetensors } from '@mammokit/safetensors'
import { readPredictions } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportRun } from '../../src/export/export.ts'
import { predict } from '../../src/predict/predict.ts'
import { select } from '../../src/select/select.ts'
import { test } from '../../src/test/test.ts'
import { makeTinyRun, type TinyRun, tinyModel } from '../tiny-run.ts'

let tiny: TinyRun
let single: string
let fused: { data: string; run: string }
const inference = { threads: 1, workers: 1 }

beforeAll(async () => {
  tiny = await makeTinyRun()
  await tf.setBackend('cpu')
  single = tiny.run
  fused = tiny.copy()
  const path = join(fused.run, 'config.json')
  const config = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...config, model: { ...config.model, fusion: 'attention' } }))
  for (const epoch of [1, 2]) {
    // The weights of the run of single images, with an attention.
    const file = join(fused.run, 'checkpoints', `epoch-00${epoch}`, 'model.safetensors')
    const { tensors, metadata } = decodeSafetensors(readFileSync(file))
    const network = createBreastNetwork({ ...tinyModel, fusion: 'attention' }, { seed: epoch, scope: `fused-${epoch}` })
    network.loadStateDict(tensors, { keepFusion: true })
    writeFileSync(file, encodeSafetensors(network.stateDict(), metadata))
    network.dispose()
  }
}, 120_000)
afterAll(() => tiny.remove())

describe('a run that fuses the images of a breast', () => {
  it('predicts each image with the logit of its breast, between those of its images alone', async () => {
    await predict({ run: single, data: tiny.data, subset: 'val', epoch: 1, ...inference })
    await predict({ ...fused, subset: 'val', ...inference, batchSize: 3 })
    const [alone, together] = [await readPredictions(single, 'val', 1), await readPredictions(fused.run, 'val', 1)]
    expect(together.images.map(({ imageId }) => imageId)).toEqual(alone.images.map(({ imageId }) => imageId))
    const logitsOf = ({ images }: typeof alone, patientId: string, laterality: string) =>
      images.filter((row) => row.patientId === patientId && row.laterality === laterality).map(({ logit }) => logit)
    let between = 0
    for (const { patientId, laterality } of alone.images) {
      const [own, breast] = [logitsOf(alone, patientId, laterality), logitsOf(together, patientId, laterality)]
      expect(new Set(breast).size).toBe(1)
      expect(breast[0]).toBeGreaterThanOrEqual(Math.min(...own) - 1e-5)
      expect(breast[0]).toBeLessThanOrEqual(Math.max(...own) + 1e-5)
      if (breast[0] > Math.min(...own) && breast[0] < Math.max(...own)) between++
    }
    expect(between).toBeGreaterThan(alone.images.length / 2)
  })

  it('is selected and tested by its breasts, its predictions computed again, whole breasts at a time', async () => {
    const selection = await select({ ...fused, resamples: 20 })
    await predict({ ...fused, subset: 'test', epoch: selection.epoch, ...inference })
    const result = await test({ ...fused, resamples: 20, ...inference })
    expect(result).toMatchObject({ breasts: 8, images: 16, checkpoint: selection.checkpoint })
  })

  it('is not exported as a network of single images', async () => {
    await expect(exportRun({ ...fused, threads: 1 })).rejects.toMatchObject({ code: 'breast-network' })
  })
})
