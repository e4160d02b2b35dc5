import { expect, test } from 'vitest'
import { withAugmentations } from '../src/index.ts'
import { changeBatch } from '../src/test-time-augmentation.ts'

const image = { height: 20, width: 10, mean: 0.4, std: 0.2 }
const black = -2
const pixels = image.height * image.width
/** A plane, which linear interpolation reproduces. */
const plane = Float32Array.from({ length: pixels }, (_, i) => 3 * Math.floor(i / 10) + 5 * (i % 10))
const at = (picture: Float32Array, y: number, x: number) => picture[y * image.width + x]!

test('a mirrored picture has its columns in the other order, and nothing else changed', () => {
  const picture = changeBatch(plane, 1, image, { isMirrored: true, top: 0, left: 0, size: 1 })
  for (let y = 0; y < 20; y++) for (let x = 0; x < 10; x++) expect(at(picture, y, x)).toBe(at(plane, y, 9 - x))
})

test('an enlarged window has the value of the place that each pixel center comes from', () => {
  const picture = changeBatch(plane, 1, image, { top: 0.05, left: 0.05, size: 0.9 })
  for (const [y, x] of [
    [0, 0],
    [7, 3],
    [19, 9],
  ] as const) {
    const [sourceY, sourceX] = [(y + 0.5) * 0.9 + 1 - 0.5, (x + 0.5) * 0.9 + 0.5 - 0.5]
    expect(at(picture, y, x)).toBeCloseTo(3 * sourceY + 5 * sourceX, 4)
  }
})

test('a window beyond the image is black there', () => {
  const picture = changeBatch(
    plane.map(() => 1),
    1,
    image,
    { top: -0.5, left: -0.5, size: 2 },
  )
  expect([at(picture, 0, 0), at(picture, 19, 9), at(picture, 10, 5)]).toEqual([black, black, 1])
})

test('the whole image as a window is the image; images behind those counted are left out', () => {
  const two = Float32Array.from([...plane, ...plane])
  const picture = changeBatch(two, 1, image, { top: 0, left: 0, size: 1 })
  expect(picture.subarray(0, pixels)).toEqual(plane)
  expect(picture.subarray(pixels).every((value) => value === 0)).toBe(true)
})

test('outputs are the mean over the image and its pictures: flip 2 passes, all together 8', async () => {
  const seen: number[] = []
  const classifier = {
    fusion: null,
    views: async (images: Float32Array, count: number) => {
      const logit = images[0]!
      seen.push(logit)
      return Array.from({ length: count }, () => ({ logit, score: 2 * logit }))
    },
  }
  const flipped = await withAugmentations(classifier, image, ['flip']).views(plane, 1)
  expect(seen).toEqual([plane[0], plane[9]])
  expect(flipped).toEqual([{ logit: plane[9]! / 2, score: plane[9]! }])
  seen.length = 0
  const [all] = await withAugmentations(classifier, image, ['crop', 'flip', 'scale']).views(plane, 1)
  expect(seen).toHaveLength(8)
  expect(all!.logit).toBeCloseTo(seen.reduce((sum, x) => sum + x, 0) / 8, 5)
  expect(withAugmentations(classifier, image, [])).toBe(classifier)
})
