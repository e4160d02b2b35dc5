import { join } from 'node:path'
import { expect, test } from 'vitest'
import { frameToImage, type PreprocessOptions, preprocessImage, type Rendering } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

/** A PGM file of 96 x 96: a bright breast on black, as squashed from a frame of 144 x 96, with a white spot at (40, 60). */
async function squashed({ isNegative = false } = {}): Promise<string> {
  const pixels = Buffer.alloc(96 * 96)
  for (let y = 0; y < 96; y++) {
    for (let x = 0; x < 96; x++) {
      // A half ellipse that is a half circle of radius 60 in the frame.
      const inside = x ** 2 + ((y - 48) * 1.5) ** 2 < 60 ** 2
      const isSpot = Math.abs(x - 40) < 2 && Math.abs(y - 60) < 2
      pixels[y * 96 + x] = isSpot ? 250 : inside ? 120 : 4
    }
  }
  if (isNegative) for (let at = 0; at < pixels.length; at++) pixels[at] = 255 - pixels[at]!
  const path = join(await temporaryFolder(), 'squashed.pgm')
  await write(path, Buffer.concat([Buffer.from('P5 96 96 255\n'), pixels]))
  return path
}

const whole: PreprocessOptions = { method: 'full-frame', margin: 0, height: 144, width: 96 }
const frame = { height: 4320, width: 2880 }

test('a squashed picture gets the shape of its frame again: a circle is round', async () => {
  const { image, warnings } = await preprocessImage(await squashed(), whole, { frame })
  expect(warnings).toContain('rendering:frame-4320x2880')
  const isBreast = (x: number, y: number) => image.data[y * image.width + x]! > 15_000
  const height = Array.from({ length: 144 }, (_, y) => isBreast(0, y)).filter(Boolean).length
  const width = Array.from({ length: 96 }, (_, x) => isBreast(x, 72)).filter(Boolean).length
  expect(height / width).toBeCloseTo(2, 1)
})

test('without a frame it stays as it is', async () => {
  const path = await squashed()
  const { image } = await preprocessImage(path, { ...whole, height: 96 })
  const same = await preprocessImage(path, { ...whole, height: 96 }, {})
  expect(same.image.data).toEqual(image.data)
  expect(same.warnings.join()).not.toContain('rendering')
})

test('the placement maps pixels of the picture in the file, within half a pixel', async () => {
  for (const rendering of [{}, { frame }, { frame: { height: 2880, width: 4320 } }]) {
    const { image, placement } = await preprocessImage(await squashed(), { ...whole, margin: 0.01 }, rendering)
    let brightest = { x: 0, y: 0, weight: 0 }
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const weight = Math.max(0, image.data[y * image.width + x]! - 45_000)
        brightest = { x: brightest.x + weight * x, y: brightest.y + weight * y, weight: brightest.weight + weight }
      }
    }
    const found = { x: brightest.x / brightest.weight + 0.5, y: brightest.y / brightest.weight + 0.5 }
    const expected = frameToImage(placement, { x: 40.5, y: 60.5 })
    expect(Math.hypot(found.x - expected.x, found.y - expected.y)).toBeLessThan(0.5)
  }
})

test('what is known of a picture overrides raster.polarity, and a negative is turned round', async () => {
  const rendering: Rendering = { polarity: 'MONOCHROME1' }
  const positive = await preprocessImage(await squashed(), { ...whole, raster: { polarity: 'MONOCHROME2' } })
  const negative = await squashed({ isNegative: true })
  const turned = await preprocessImage(negative, { ...whole, raster: { polarity: 'MONOCHROME2' } }, rendering)
  expect(turned.image.data).toEqual(positive.image.data)
  expect(turned.warnings).toEqual(['rendering:monochrome1'])
  expect(turned.preprocessHash).toBe(positive.preprocessHash)
})

test('a frame that would stretch a picture beyond the cap of pixels is refused before memory is taken', async () => {
  for (const wrong of [
    { height: 53_550, width: 1 },
    { height: 1, width: 999_999 },
  ]) {
    await expect(preprocessImage(await squashed(), whole, { frame: wrong })).rejects.toMatchObject({
      code: 'image-unreadable',
      message: expect.stringContaining('frame_height'),
    })
  }
})
