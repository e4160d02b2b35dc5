import { createRandom } from '@mammokit/seeded-random'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyWindow, augment, deformElastic, downscale, level3 } from '../src/index.ts'
import { arbitraryImage } from './arbitrary-image.ts'

const texture = {
  data: Float32Array.from({ length: 96 * 64 }, (_, i) => 0.5 + 0.4 * Math.sin(i * 1.7)),
  width: 64,
  height: 96,
}
const constant = { ...texture, data: texture.data.map(() => 0.5) }
const roughness = ({ data }: { readonly data: Float32Array }) =>
  data.reduce((sum, value, i) => sum + Math.abs(value - (data[i - 1] ?? value)), 0)

describe('deformElastic', () => {
  it('moves no pixel further than the largest shift, and changes nothing for a shift of 0', () => {
    // A ramp tells from its values where each pixel came from.
    const ramp = { ...texture, data: texture.data.map((_, i) => (i % 64) / 64) }
    const { data } = deformElastic(ramp, 5, 16, createRandom(3))
    const moved = Array.from({ length: 96 * 64 }, (_, i) => (data[i]! - ramp.data[i]!) * 64)
    const inside = moved.filter((_, i) => i % 64 > 8 && i % 64 < 56 && i > 8 * 64 && i < 88 * 64)
    expect(Math.max(...inside.map(Math.abs))).toBeLessThanOrEqual(5 + 1e-4)
    expect(Math.max(...inside.map(Math.abs))).toBeGreaterThan(0.5)
    expect(deformElastic(texture, 0, 16, createRandom(3))).toEqual(texture)
  })

  it('is smooth: shifts of neighbors differ by no more than the slope of the spline allows', () => {
    const ramp = { ...texture, data: texture.data.map((_, i) => (i % 64) / 64) }
    const { data } = deformElastic(ramp, 4, 16, createRandom(5))
    for (let y = 10; y < 86; y++) {
      for (let x = 10; x < 54; x++) {
        const step = (data[y * 64 + x + 1]! - data[y * 64 + x]!) * 64
        expect(Math.abs(step - 1)).toBeLessThan((2 * 4) / 16 + 1e-3)
      }
    }
  })
})

describe('affine.antialias', () => {
  const scaled = (scale: number, antialias: boolean) =>
    augment(texture, { affine: { probability: 1, scale: [scale, scale], antialias } }, 1)

  it('takes what a coarser grid cannot hold, and changes nothing for a scale of 1 or more', () => {
    expect(roughness(scaled(0.5, true))).toBeLessThan(0.5 * roughness(scaled(0.5, false)))
    for (const scale of [1, 1.3]) expect(scaled(scale, true)).toEqual(scaled(scale, false))
  })
})

describe('downscale', () => {
  it('averages blocks: a factor of a half on four pixels in a row', () => {
    const { data } = downscale({ data: Float32Array.of(0, 1, 0.5, 0.5), width: 4, height: 1 }, 0.5)
    // Means 0.5 and 0.5, interpolated between.
    for (const value of data) expect(value).toBeCloseTo(0.5, 6)
  })

  it('keeps constants and the mean, takes details, and changes nothing for 1', () => {
    for (const factor of [0.3, 0.5, 0.77]) {
      for (const value of downscale(constant, factor).data) expect(value).toBeCloseTo(0.5, 6)
      const coarse = downscale(texture, factor)
      const mean = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0) / data.length
      expect(Math.abs(mean(coarse.data) - mean(texture.data))).toBeLessThan(0.005)
      expect(roughness(coarse)).toBeLessThan(0.7 * roughness(texture))
    }
    expect(downscale(texture, 1)).toEqual(texture)
  })
})

describe('applyWindow', () => {
  it('spreads low to high over 0 to 1, and clips', () => {
    const { data } = applyWindow({ data: Float32Array.of(0, 0.25, 0.5, 0.75, 1), width: 5, height: 1 }, 0.25, 0.75)
    expect([...data]).toEqual([0, 0, 0.5, 1, 1])
  })
})

describe('level3', () => {
  it('is a pure function of image and seed, keeps the size, and stays in 0..1', () => {
    fc.assert(
      fc.property(arbitraryImage, fc.nat(), (image, seed) => {
        const first = augment(image, level3, seed)
        expect(augment(image, level3, seed)).toEqual(first)
        expect([first.width, first.height]).toEqual([image.width, image.height])
        for (const value of first.data) expect(value >= 0 && value <= 1.000001).toBe(true)
      }),
    )
  })

  it.each([
    ['an elastic grid that is too fine', { elastic: { probability: 1, shift: [1, 2], spacing: 1 } }, 'elastic.spacing'],
    ['a window that ends before it begins', { window: { probability: 1, low: [0, 0.9], high: [1, 1] } }, 'window.low'],
    [
      'holes from large to small',
      { coarseDropout: { probability: 1, holes: [1, 1], holeHeight: [9, 2], holeWidth: 2 } },
      'holeHeight',
    ],
    ['antialiasing by a number', { affine: { probability: 1, antialias: 1 } }, 'affine.antialias'],
    [
      'a hole of half a pixel',
      { coarseDropout: { probability: 1, holes: [1, 1], holeHeight: [0.5, 2], holeWidth: 2 } },
      'holeHeight',
    ],
  ])('refuses %s by name', (_, options, name) => {
    expect(() => augment(texture, options as never, 1)).toThrow(name)
  })
})
