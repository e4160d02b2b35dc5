import { describe, expect, it } from 'vitest'
import { lesionInImage } from '../../src/index.ts'

const image = { height: 20, width: 10 }

describe('lesionInImage', () => {
  const placement = { box: { x: 100, y: 50, width: 100, height: 200 }, scaleX: 0.1, scaleY: 0.1, padX: 0, padY: 0 }

  it('lies where the box, scale and padding put it, and is mirrored with the image', () => {
    const lesion = { x: 120, y: 100, width: 30, height: 20 }
    expect(lesionInImage(lesion, placement, image)).toEqual({ left: 2, top: 5, right: 5, bottom: 7 })
    const mirrored = { ...placement, scaleX: -0.1, padX: 10 }
    expect(lesionInImage(lesion, mirrored, image)).toEqual({ left: 5, top: 5, right: 8, bottom: 7 })
  })

  it('has a pixel at least, and none where it was cut off', () => {
    expect(lesionInImage({ x: 120, y: 100, width: 1, height: 1 }, placement, image)).toEqual({
      left: 2,
      top: 5,
      right: 3,
      bottom: 6,
    })
    expect(lesionInImage({ x: 0, y: 0, width: 20, height: 20 }, placement, image)).toBeUndefined()
  })
})
