import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AugmentationError, type AugmentationOptions, augment, level1, level2, none } from '../src/index.ts'
import { arbitraryImage } from './arbitrary-image.ts'

const gray = (width: number, height: number, value = 0.5) => ({
  data: new Float32Array(width * height).fill(value),
  width,
  height,
})
const gradient = {
  data: Float32Array.from({ length: 64 * 48 }, (_, index) => index / (64 * 48)),
  width: 48,
  height: 64,
}
const countSeeds = (count: number, isApplied: (seed: number) => boolean) =>
  Array.from({ length: count }, (_, seed) => isApplied(seed)).filter(Boolean).length

describe('augment', () => {
  it.each([
    ['level1', level1],
    ['level2', level2],
  ])('%s is a pure function of image and seed, keeps the size, and stays in 0..1', (_, options) => {
    fc.assert(
      fc.property(arbitraryImage, fc.nat(), (image, seed) => {
        const before = image.data.slice()
        const first = augment(image, options, seed)
        expect(augment(image, options, seed)).toEqual(first)
        expect(image.data).toEqual(before)
        expect([first.width, first.height]).toEqual([image.width, image.height])
        for (const value of first.data) expect(value >= 0 && value <= 1.000001).toBe(true)
      }),
    )
  })

  it('returns the same values, in new memory, for none, for identity options and for probability 0', () => {
    const identity: AugmentationOptions = {
      affine: { probability: 1 },
      coarseDropout: { probability: 1, holes: [0, 0], holeHeight: 8, holeWidth: 8 },
      gaussianBlur: { probability: 1, kernelSize: [1, 1] },
      gaussianNoise: { probability: 1, variance: [0, 0] },
      gamma: { probability: 1, exponent: [1, 1] },
      brightnessContrast: { probability: 1, brightness: [0, 0], contrast: [0, 0] },
    }
    const never = Object.fromEntries(
      Object.entries(level2).map(([name, value]) => [name, { ...value, probability: 0 }]),
    ) as AugmentationOptions
    fc.assert(
      fc.property(arbitraryImage, fc.nat(), (image, seed) => {
        for (const options of [none, identity, never]) {
          const result = augment(image, options, seed)
          expect(result).toEqual(image)
          expect(result.data.buffer).not.toBe(image.data.buffer)
        }
      }),
    )
  })

  it('gives other images for other seeds', () => {
    const images = new Set(Array.from({ length: 40 }, (_, seed) => augment(gradient, level2, seed).data.join()))
    expect(images.size).toBeGreaterThan(35)
  })

  it('gives the same values on every platform: the sum of an image is written down, |delta| <= 1e-3', () => {
    const sum = augment(gradient, level2, 13).data.reduce((total, value) => total + value, 0)
    expect(Math.abs(sum - 1557.452539)).toBeLessThanOrEqual(1e-3)
  })

  it('flips half of the images at probability 0.5, within 3 standard deviations of 1,000 draws', () => {
    const image = { data: Float32Array.of(0, 1), width: 2, height: 1 }
    const flips = countSeeds(
      1000,
      (seed) => augment(image, { horizontalFlip: { probability: 0.5 } }, seed).data[0] === 1,
    )
    expect(Math.abs(flips - 500)).toBeLessThan(48)
  })

  it('drops always 32 holes of 8x8 in level 2, which may overlap', () => {
    const { coarseDropout } = level2
    for (let seed = 0; seed < 50; seed++) {
      const { data } = augment(gray(512, 256), { coarseDropout: { ...coarseDropout!, probability: 1 } }, seed)
      const black = data.filter((value) => value === 0).length
      expect(black).toBeGreaterThan(16 * 64)
      expect(black).toBeLessThanOrEqual(32 * 64)
    }
  })

  it('adds noise of the variance asked for in squared gray levels of 255, within 3 %, and mean 0', () => {
    const { data } = augment(gray(300, 300), { gaussianNoise: { probability: 1, variance: [15, 15] } }, 3)
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(3e-4)
    expect(Math.abs((variance * 255 ** 2) / 15 - 1)).toBeLessThan(0.03)
  })

  it('applies blur or noise, never both, with oneOfBlurAndNoise', () => {
    const image = gray(9, 9)
    image.data[40] = 1
    const options: AugmentationOptions = {
      gaussianBlur: { probability: 0.5, kernelSize: [3, 3] },
      gaussianNoise: { probability: 0.5, variance: [20, 20] },
      oneOfBlurAndNoise: { probability: 0.8 },
    }
    const isNoisy = (seed: number) => augment(image, options, seed).data[0] !== 0.5
    const isBlurred = (seed: number) => augment(image, options, seed).data[40]! < 0.8
    expect(countSeeds(1000, (seed) => isNoisy(seed) && isBlurred(seed))).toBe(0)
    expect(Math.abs(countSeeds(1000, isNoisy) - 400)).toBeLessThan(48)
    expect(Math.abs(countSeeds(1000, isBlurred) - 400)).toBeLessThan(48)
  })

  it('keeps the draws of one augmentation when another is added', () => {
    const affine = { probability: 1, rotation: [-10, 10] as const }
    for (let seed = 0; seed < 10; seed++) {
      const alone = augment(gradient, { affine }, seed)
      const both = augment(gradient, { affine, gamma: { probability: 1, exponent: [1, 1] } }, seed)
      expect(both).toEqual(alone)
    }
  })

  it.each<[string, AugmentationOptions, string]>([
    ['a probability above 1', { horizontalFlip: { probability: 2 } }, 'horizontalFlip.probability but received 2'],
    ['a missing probability', { affine: {} as never }, 'affine.probability but received undefined'],
    ['a reversed range', { affine: { probability: 1, rotation: [3, -3] } }, 'affine.rotation but received [3, -3]'],
    ['a scale of 0', { affine: { probability: 1, scale: [0, 1] } }, 'affine.scale but received [0, 1]'],
    ['a number for a range', { gamma: { probability: 1, exponent: 2 as never } }, 'gamma.exponent but received 2'],
    ['an even kernel', { gaussianBlur: { probability: 1, kernelSize: [3, 4] } }, 'gaussianBlur.kernelSize'],
    [
      'a broken hole',
      { coarseDropout: { probability: 1, holes: [1, 2], holeHeight: 1.5, holeWidth: 8 } },
      'coarseDropout.holeHeight but received [1.5]',
    ],
    ['an unknown option', { rotate: { probability: 1 } } as never, 'options but received rotate'],
    ['an unknown field', { affine: { probability: 1, angle: [0, 1] } as never }, 'affine but received angle'],
  ])('names the option and the value of %s', (_, options, text) => {
    expect(() => augment(gradient, options, 1)).toThrow(AugmentationError)
    expect(() => augment(gradient, options, 1)).toThrow(text)
  })

  it('names the size of an image whose data do not match it, and a seed that is not whole', () => {
    expect(() => augment({ ...gradient, width: 47 }, none, 1)).toThrow(
      /Float32Array of 64 x 47 values .*received Float32Array of 3072/,
    )
    expect(() => augment(gradient, none, 0.5)).toThrow(/for seed but received 0.5/)
  })
})
