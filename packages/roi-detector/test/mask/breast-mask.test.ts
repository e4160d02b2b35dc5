import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type BreastMask, breastMask, type GrayImage } from '../../src/index.ts'
import { fillRectangle, randomNumbers, syntheticMammogram } from '../synthetic-mammogram.ts'

function found(image: GrayImage): BreastMask {
  const mask = breastMask(image)
  if ('reason' in mask) throw new Error(mask.reason)
  return mask
}

function keptShares(mask: BreastMask, truth: Uint8Array): { breast: number; background: number } {
  let [breast, kept, background, wrong] = [0, 0, 0, 0]
  truth.forEach((inside, at) => {
    if (inside) {
      breast++
      kept += mask.data[at]
    } else {
      background++
      wrong += mask.data[at]
    }
  })
  return { breast: kept / breast, background: wrong / background }
}

describe.each(['L', 'R'] as const)('a breast on side %s', (side) => {
  test('keeps >= 99.5 % of the breast, nipple included, and <= 0.5 % of the background', () => {
    const { image, truth } = syntheticMammogram({ side })
    const mask = found(image)
    const shares = keptShares(mask, truth)
    expect(shares.breast).toBeGreaterThanOrEqual(0.995)
    expect(shares.background).toBeLessThanOrEqual(0.005)
    expect(mask.side).toBe(side)
    expect(mask.score).toBeGreaterThan(0.7)
  })

  test('markers, labels, bright borders and hot pixels change less than 0.5 % of it', () => {
    const { image, truth } = syntheticMammogram({ side })
    const away = side === 'L' ? 220 : 30
    fillRectangle(image, away, 20, 50, 30, 65_535)
    fillRectangle(image, away, 340, 40, 12, 40_000)
    fillRectangle(image, 0, 0, 300, 4, 60_000)
    fillRectangle(image, 0, 396, 300, 4, 60_000)
    fillRectangle(image, 0, 0, 3, 400, 60_000)
    fillRectangle(image, 297, 0, 3, 400, 60_000)
    image.data[200 * 300 + 150] = 65_535
    const shares = keptShares(found(image), truth)
    // Three columns of the breast lie under the border.
    expect(shares.breast).toBeGreaterThanOrEqual(0.97)
    expect(shares.background).toBeLessThanOrEqual(0.005)
    expect(found(image).side).toBe(side)
  })
})

test('tissue of one gray along the chest wall is no border, where air shows above and below it', () => {
  const { image, truth } = syntheticMammogram({ height: 400 })
  // The whole of the breast's depth at its base has one gray, as tissue of high exposure has.
  for (let y = 50; y < 350; y++) {
    for (let x = 0; x < 60; x++) {
      image.data[y * 300 + x] = 16_000
      truth[y * 300 + x] = 1
    }
  }
  const mask = found(image)
  expect(mask.box.x).toBe(0)
  expect(keptShares(mask, truth).breast).toBeGreaterThanOrEqual(0.99)
})

test('a high background is still background', () => {
  const { image, truth } = syntheticMammogram({ background: 30_000 })
  const shares = keptShares(found(image), truth)
  expect(shares.breast).toBeGreaterThanOrEqual(0.995)
  expect(shares.background).toBeLessThanOrEqual(0.005)
})

test('a shrunken analysis gives the same box within two of its pixels', () => {
  const { image } = syntheticMammogram({ width: 1200, height: 1600 })
  const full = breastMask(image, { analysisSize: 1600 }) as BreastMask
  const small = breastMask(image, { analysisSize: 400 }) as BreastMask
  expect(small.factor).toBe(4)
  for (const key of ['x', 'y', 'width', 'height'] as const) {
    expect(Math.abs(full.box[key] - small.box[key])).toBeLessThanOrEqual(8)
  }
})

test('says why where there is no breast', () => {
  const image = (data: Uint16Array, width: number, height: number) => ({ data, width, height })
  expect(breastMask(image(new Uint16Array(10_000), 100, 100))).toMatchObject({ reason: 'constant image' })
  expect(breastMask(image(new Uint16Array(10_000).fill(65_535), 100, 100))).toMatchObject({ reason: 'constant image' })
  expect(breastMask(image(Uint16Array.of(0, 9), 2, 1))).toEqual({ reason: 'only 2 x 1 pixels to look at' })
  const dots = new Uint16Array(10_000)
  for (let at = 0; at < dots.length; at += 997) dots[at] = 40_000
  expect(breastMask(image(dots, 100, 100))).toHaveProperty('reason')
  const random = randomNumbers(3)
  const noise = breastMask(
    image(
      Uint16Array.from({ length: 10_000 }, () => random() * 65_536),
      100,
      100,
    ),
  )
  expect(noise).toHaveProperty('reason')
})

const real = `${process.env.MAMMOKIT_TEST_DATA}/cdd_cesm`

test.skipIf(!existsSync(real))(
  'MAMMOKIT_TEST_DATA/cdd_cesm: finds the breast and its side in all 55 real mammograms',
  async () => {
    const labels = (await readFile(`${real}/labels.csv`, 'utf8')).split('\n').map((line) => line.split(','))
    const files = (await readdir(`${real}/png512`)).filter((name) => name.endsWith('.png'))
    expect(files).toHaveLength(55)
    for (const name of files) {
      const { data, info } = await sharp(`${real}/png512/${name}`)
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const mask = found({ data: Uint16Array.from(data, (v) => v * 257), width: info.width, height: info.height })
      expect(mask.side, name).toBe(labels.find(([file]) => file === name)?.[1])
      // These are cut close to the breast: the box is most of the frame.
      expect((mask.box.width * mask.box.height) / (info.width * info.height), name).toBeGreaterThan(0.45)
      expect(mask.score, name).toBeGreaterThan(0.3)
    }
  },
)
