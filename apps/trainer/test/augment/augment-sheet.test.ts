import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { expect, it } from 'vitest'
import { augmentSheet } from '../../src/augment/augment-sheet.ts'
import { parseConfig } from '../../src/config/config.ts'
import { patchBatches } from '../../src/train/patch-batches.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'

it('augment writes a row for each image: as it is, then its variants, the same ones every time', async () => {
  const data = await writeProcessedPhantom()
  const training = { ...smallConfig.training, augmentation: 'level3' } as const
  const config = parseConfig({ ...smallConfig, data, training, sheet: { images: 4, variants: 3 } })
  const { path, imageIds } = await augmentSheet(config)
  expect(path).toBe(join(data, 'processed/augmentation.png'))
  const rows = (await readTrainingData(config)).train
  const chosen = imageIds.map((id) => rows.find(({ imageId }) => imageId === id))
  expect(chosen.map((row) => row?.target)).toEqual([1, 0, 1, 0])
  const bytes = readFileSync(path)
  const sheet = await decodeGrayPng(bytes)
  expect([sheet.height, sheet.width]).toEqual([4 * 68 - 4, 4 * 36 - 4])
  const source = await decodeGrayPng(readFileSync(chosen[1]?.file as string))
  const cell = (row: number, column: number) =>
    Array.from(
      { length: 64 * 32 },
      (_, i) => sheet.data[(row * 68 + Math.floor(i / 32)) * sheet.width + column * 36 + (i % 32)],
    )
  expect(cell(1, 0)).toEqual(Array.from(source.data))
  expect(new Set([0, 1, 2, 3].map((column) => cell(1, column).join())).size).toBe(4)
  await augmentSheet(config)
  expect(readFileSync(path)).toEqual(bytes)
})

it('augment draws patches where training does: those of lesions and of tissue in turn, cut and augmented by the loader of training', async () => {
  const data = await writeProcessedPhantom()
  const rotation = { affine: { probability: 1, rotation: [-180, 180] as [number, number] } }
  const patches = { size: 32, jitter: 2, augmentation: rotation }
  const training = { ...smallConfig.training, patches, augmentation: 'none' } as const
  const config = parseConfig({ ...smallConfig, data, training, sheet: { images: 4, variants: 2 } })
  const lines: string[] = []
  const context = { progress: plainProgress((line) => lines.push(line)) }
  const { path, imageIds } = await augmentSheet(config, context)
  const sheet = await decodeGrayPng(readFileSync(path))
  expect([sheet.height, sheet.width]).toEqual([4 * 36 - 4, 3 * 36 - 4])
  const { rows } = patchBatches(config, config.training.patches as never, (await readTrainingData(config)).train)
  expect(imageIds[0]).toBe(rows.find(({ target }) => target === 1)?.imageId)
  const cell = (column: number) =>
    Array.from({ length: 32 * 32 }, (_, i) => sheet.data[Math.floor(i / 32) * sheet.width + column * 36 + (i % 32)])
  expect(new Set([0, 1, 2].map((column) => cell(column).join())).size).toBe(3)
  expect(lines.join()).toMatch(/4 rows of patches, 2 variants of each with training\.patches\.augmentation/)
})
