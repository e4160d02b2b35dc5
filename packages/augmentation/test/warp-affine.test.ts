import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AffineTransform, warpAffine } from '../src/index.ts'
import { arbitraryImage } from './arbitrary-image.ts'

const recorded = JSON.parse(readFileSync(new URL('./fixtures/scipy.json', import.meta.url), 'utf8'))
const image = { ...recorded.image, data: Float32Array.from(recorded.image.data as number[]) }

describe('warpAffine', () => {
  it.each(recorded.affine as { transform: AffineTransform; output: number[] }[])(
    "matches SciPy's affine_transform, |delta| <= 1e-6: $transform",
    ({ transform, output }) => {
      const { data } = warpAffine(image, transform)
      output.forEach((value, index) => {
        expect(Math.abs(data[index]! - value)).toBeLessThanOrEqual(1e-6)
      })
    },
  )

  it('returns the same values for the identity, in new memory', () => {
    fc.assert(
      fc.property(arbitraryImage, (image) => {
        const { data } = warpAffine(image, { rotation: 0, scale: 1, shiftX: 0, shiftY: 0 })
        expect(data).toEqual(image.data)
        expect(data.buffer).not.toBe(image.data.buffer)
      }),
    )
  })

  it('returns the image when it is flipped twice', () => {
    fc.assert(
      fc.property(arbitraryImage, (image) => {
        expect(warpAffine(warpAffine(image, { flip: true }), { flip: true })).toEqual(image)
      }),
    )
  })

  it('flips first and warps then: one pass equals two', () => {
    fc.assert(
      fc.property(arbitraryImage, fc.double({ min: -20, max: 20, noNaN: true }), (image, rotation) => {
        const once = warpAffine(image, { flip: true, rotation, scale: 1.05, shiftY: 0.1 })
        const twice = warpAffine(warpAffine(image, { flip: true }), { rotation, scale: 1.05, shiftY: 0.1 })
        once.data.forEach((value, index) => {
          expect(Math.abs(value - twice.data[index]!)).toBeLessThanOrEqual(1e-5)
        })
      }),
    )
  })

  it('shifts by whole pixels exactly and fills with black', () => {
    const row = { data: Float32Array.of(0.1, 0.2, 0.3, 0.4), width: 4, height: 1 }
    expect([...warpAffine(row, { shiftX: 0.25 }).data]).toEqual([...Float32Array.of(0, 0.1, 0.2, 0.3)])
    const column = { data: row.data, width: 1, height: 4 }
    expect([...warpAffine(column, { shiftY: 0.5 }).data]).toEqual([...Float32Array.of(0, 0, 0.1, 0.2)])
  })

  it('stays within the values of the image and black', () => {
    fc.assert(
      fc.property(
        arbitraryImage,
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        (image, rotation, shift, scale) => {
          const { data } = warpAffine(image, { rotation, shiftX: shift, shiftY: -shift, scale })
          const largest = Math.max(...image.data)
          for (const value of data) expect(value >= 0 && value <= largest + 1e-6).toBe(true)
        },
      ),
    )
  })
})
