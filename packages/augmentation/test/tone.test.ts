import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adjustBrightnessContrast, applyGamma, dropHoles } from '../src/index.ts'
import { arbitraryImage } from './arbitrary-image.ts'

describe('applyGamma, adjustBrightnessContrast, dropHoles', () => {
  it('change nothing when there is nothing to change', () => {
    fc.assert(
      fc.property(arbitraryImage, (image) => {
        expect(applyGamma(image, 1)).toEqual(image)
        expect(adjustBrightnessContrast(image, 0, 0)).toEqual(image)
        expect(dropHoles(image, [])).toEqual(image)
      }),
    )
  })

  it('compute value ** exponent and value * (1 + contrast) + brightness, clipped to 0..1', () => {
    const image = { data: Float32Array.of(0, 0.25, 0.5, 1), width: 4, height: 1 }
    expect([...applyGamma(image, 2).data]).toEqual([0, 0.0625, 0.25, 1])
    expect([...adjustBrightnessContrast(image, 0.25, 1).data]).toEqual([0.25, 0.75, 1, 1])
    expect([...adjustBrightnessContrast(image, -0.5, 0).data]).toEqual([0, 0, 0, 0.5])
  })

  it('blacken exactly the rectangles, also where they leave the image', () => {
    const image = { data: new Float32Array(12).fill(1), width: 4, height: 3 }
    const holes = [
      { y: 0, x: 1, height: 2, width: 2 },
      { y: 2, x: 3, height: 8, width: 8 },
      { y: 1, x: -2, height: 1, width: 3 },
      { y: 0, x: 9, height: 2, width: 2 },
    ]
    expect([...dropHoles(image, holes).data]).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0])
  })
})
