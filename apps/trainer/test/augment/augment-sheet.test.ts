import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { expect, it } from 'vitest'
import { augmentSheet } from '../../src/augment/augment-sheet.ts'
import { parseConfig } from '../../src/config/config.ts'
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
