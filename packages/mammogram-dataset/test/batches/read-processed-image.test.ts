import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readProcessedImage } from '../../src/index.ts'
import { pixelValue, size, writeImages } from './write-images.ts'

let imagesDir = ''
beforeAll(async () => {
  imagesDir = (await writeImages(1)).imagesDir
})
afterAll(() => rm(imagesDir, { recursive: true, force: true }))

describe('readProcessedImage', () => {
  it('gives the exact 16-bit values', async () => {
    const image = await readProcessedImage(join(imagesDir, 'patient0', 'image0.png'), size)
    expect(image).toEqual({ ...size, data: Uint16Array.from({ length: 96 }, (_, index) => pixelValue(0, index)) })
  })

  it('names both sizes, and a missing file', async () => {
    await expect(
      readProcessedImage(join(imagesDir, 'patient0', 'image0.png'), { height: 8, width: 8 }),
    ).rejects.toThrow(/Expected 8 x 8 pixels .* but received 12 x 8/)
    await expect(readProcessedImage(join(imagesDir, 'none.png'), size)).rejects.toMatchObject({ code: 'image-missing' })
  })
})
