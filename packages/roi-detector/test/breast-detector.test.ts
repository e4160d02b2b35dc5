import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import {
  type BreastMask,
  breastDetectorPath,
  breastMask,
  detectBreasts,
  intersectionOverUnion,
  loadBreastDetector,
} from '../src/index.ts'
import { fillRectangle, randomNumbers, syntheticMammogram } from './synthetic-mammogram.ts'

test('the shipped model is at most 8 MB and says what it takes and how it was made', async () => {
  expect((await stat(breastDetectorPath())).size).toBeLessThanOrEqual(8 * 2 ** 20)
  const detector = await loadBreastDetector()
  expect(detector).toMatchObject({ output: 'decoded', channels: 1, classes: 1, inputHeight: 256, fit: 'letterbox' })
  for (const key of [
    'imgsz',
    'stride',
    'anchors',
    'names',
    'fit',
    'trainingData',
    'trainingImages',
    'seed',
    'version',
  ]) {
    expect(detector.metadata.get(key), key).toBeTruthy()
  }
})

test.each(['L', 'R'] as const)('finds a drawn breast on side %s with a marker beside it, IoU >= 0.8', async (side) => {
  const { image } = syntheticMammogram({ side, width: 600, height: 800 })
  const { box } = breastMask(image) as BreastMask
  fillRectangle(image, side === 'L' ? 450 : 40, 40, 100, 50, 60_000)
  const [found] = await detectBreasts(await loadBreastDetector(), [image])
  if ('reason' in found) throw new Error(found.reason)
  expect(intersectionOverUnion(found.box, box)).toBeGreaterThanOrEqual(0.8)
})

test('a black picture, dark noise and a marker alone have no breast', async () => {
  const random = randomNumbers(5)
  const black = { data: new Uint16Array(120_000), width: 300, height: 400 }
  const noise = { ...black, data: Uint16Array.from({ length: 120_000 }, () => 500 + 300 * random()) }
  const marker = { ...black, data: new Uint16Array(120_000) }
  fillRectangle(marker, 220, 20, 60, 30, 65_535)
  const found = await detectBreasts(await loadBreastDetector(), [black, noise, marker])
  for (const one of found) expect(one).toHaveProperty('reason')
})

test('a batch of 8 pictures of other sizes has the boxes and scores of each alone, bit for bit', async () => {
  const detector = await loadBreastDetector()
  const images = Array.from({ length: 8 }, (_, i) => {
    const side = i % 2 ? 'L' : 'R'
    return syntheticMammogram({ side, width: 250 + 70 * i, height: 320 + 90 * i, background: 300 * i }).image
  })
  const alone = await Promise.all(
    images.map(async (image) => (await detector.detect([image], { confidence: 0.01 }))[0]),
  )
  expect(alone.every((boxes) => boxes.length > 0)).toBe(true)
  for (const size of [2, 3, 5, 8]) {
    const together = await detector.detect(images.slice(0, size), { confidence: 0.01 })
    expect(together).toEqual(alone.slice(0, size))
  }
})

const real = `${process.env.MAMMOKIT_TEST_DATA}/cdd_cesm/png512`

test.skipIf(!existsSync(real))(
  'MAMMOKIT_TEST_DATA/cdd_cesm: agrees with the threshold method on 55 real mammograms, mean IoU >= 0.9, none below 0.5',
  async () => {
    const ious: number[] = []
    for (const name of (await readdir(real)).filter((file) => file.endsWith('.png'))) {
      const { data, info } = await sharp(`${real}/${name}`)
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const image = { data: Uint16Array.from(data, (v) => v * 257), width: info.width, height: info.height }
      const [found] = await detectBreasts(await loadBreastDetector(), [image])
      ious.push('box' in found ? intersectionOverUnion(found.box, (breastMask(image) as BreastMask).box) : 0)
    }
    expect(ious.length).toBe(55)
    expect(ious.reduce((sum, iou) => sum + iou) / ious.length).toBeGreaterThanOrEqual(0.9)
    expect(Math.min(...ious)).toBeGreaterThanOrEqual(0.5)
  },
)
