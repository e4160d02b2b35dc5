import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normalizeImage } from '@mammokit/mammogram-classifier'
import { createBatches } from '@mammokit/mammogram-dataset'
import sharp from 'sharp'
import { expect, test } from 'vitest'

test('the classifier and the batches of training give the network the same bits of an image', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'normalization-'))
  const [height, width] = [48, 32]
  const data = Uint16Array.from({ length: height * width }, (_, i) => (i * 43) % 65_536)
  const file = join(folder, 'image.png')
  await sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(file)
  const rows = [{ imageId: '1', patientId: '1', target: 0, file }]
  const image = { height, width, mean: 0.449, std: 0.226 }
  for await (const { images } of createBatches({ rows, ...image, batchSize: 1, workers: 1, sampling: 'sequential' }))
    expect(images).toEqual(normalizeImage(data, image))
  rmSync(folder, { recursive: true })
})
