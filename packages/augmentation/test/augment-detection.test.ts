import { createRandom } from '@mammokit/seeded-random'
import { expect, it } from 'vitest'
import { augmentDetection, type PixelBox } from '../src/index.ts'

const [width, height] = [60, 90]
const box = { x: 0, y: 20, width: 30, height: 50 }
const data = new Uint16Array(width * height).fill(1500)
for (let y = box.y; y < box.y + box.height; y++) data.fill(30_000, y * width, y * width + box.width)
const sample = { image: { data, width, height }, box }
const variants = Array.from({ length: 300 }, (_, seed) => augmentDetection(sample, createRandom(13, seed)))

it('is a function of the sample and the random numbers, and leaves the sample alone', () => {
  expect(augmentDetection(sample, createRandom(13, 7))).toEqual(variants[7])
  expect(data[0]).toBe(1500)
  expect(data[30 * width]).toBe(30_000)
})

it('moves the box with the picture: it stays in the frame and brighter than what is around it in >= 95 % of 300 variants', () => {
  const bright = variants.filter(({ image, box }) => {
    const { x, y, width, height } = box as PixelBox
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
    expect(x + width).toBeLessThanOrEqual(image.width)
    expect(y + height).toBeLessThanOrEqual(image.height)
    return mean(image, box as PixelBox) > 1.1 * meanBeside(image, box as PixelBox)
  })
  expect(bright.length).toBeGreaterThanOrEqual(285)
})

it('mirrors, turns upside down, shifts, reframes, and changes grays; draws markers and bright borders', () => {
  const some = (holds: (variant: (typeof variants)[number]) => boolean) => variants.filter(holds).length
  expect(some(({ image, box }) => (box?.x ?? 0) + (box?.width ?? 0) === image.width)).toBeGreaterThan(100)
  expect(new Set(variants.map(({ box }) => box?.y)).size).toBeGreaterThan(20)
  expect(new Set(variants.map(({ image }) => `${image.width} ${image.height}`)).size).toBeGreaterThan(100)
  expect(
    new Set(variants.map(({ image, box }) => Math.round(mean(image, box as PixelBox) / 1000))).size,
  ).toBeGreaterThan(15)
  // Lines at the edge that are bright over their whole length; bright patches away from the box.
  expect(some(({ image }) => mean(image, { x: 0, y: 0, width: image.width, height: 1 }) > 30_000)).toBeGreaterThan(5)
  expect(some(({ image, box }) => brightestOutside(image, box as PixelBox) > 45_000)).toBeGreaterThan(50)
})

type GrayImage = { data: Uint16Array; width: number; height: number }

function mean(image: GrayImage, box: PixelBox): number {
  // A stretched picture's box has fractions of pixels.
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map(Math.round)
  let sum = 0
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) sum += image.data[row * image.width + column]
  }
  return sum / (width * height)
}

/** Of the three columns beside the box on the side where there is more room, else of the box's surroundings as a whole. */
function meanBeside(image: GrayImage, { x, y, width, height }: PixelBox): number {
  const left = x > image.width - x - width
  const room = left ? x : image.width - x - width
  const beside = Math.min(3, room)
  return beside > 0 ? mean(image, { x: left ? x - beside : x + width, y, width: beside, height }) : 0
}

function brightestOutside(image: GrayImage, box: PixelBox): number {
  let brightest = 0
  image.data.forEach((value, at) => {
    const [column, row] = [at % image.width, Math.floor(at / image.width)]
    const inside = column >= box.x && column < box.x + box.width && row >= box.y && row < box.y + box.height
    if (!inside && value > brightest) brightest = value
  })
  return brightest
}
