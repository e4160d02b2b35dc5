import { describe, expect, it } from 'vitest'
import { mapInFrame, wholeImage } from '../../src/heatmap.ts'

/** Cells centered on 0.5, 4.5, 8.5, ... of an image of 16 x 8 pixels. */
const map = {
  height: 4,
  width: 2,
  offset: 0.5,
  stride: 4,
  data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
}
const image = { height: 16, width: 8 }

describe('mapInFrame', () => {
  it('has the value of a cell at the pixel that it is centered on, and a line between two', () => {
    const heat = mapInFrame(map, wholeImage(image), image)
    expect([0, 2, 4, 7].map((x) => heat[x])).toEqual([0, 0.5, 1, 1])
    expect([0, 4, 6, 12, 15].map((y) => heat[y * 8])).toEqual([0, 2, 3, 6, 6])
  })

  it('lies in the box of the original by its scale and padding, and is 0 outside of it', () => {
    const frame = { height: 60, width: 50 }
    // The box of 20 x 40 pixels at (10, 15) is the network's image from (1, 2) on, at 0.25 pixels per pixel.
    const placement = { box: { x: 10, y: 15, width: 20, height: 40 }, scaleX: 0.25, scaleY: 0.25, padX: 1, padY: 2 }
    const heat = mapInFrame(map, placement, frame)
    const at = (x: number, y: number) => heat[y * frame.width + x]
    expect([at(9, 20), at(30, 20), at(15, 14), at(15, 55)]).toEqual([0, 0, 0, 0])
    // Pixel (16, 29) is centered on (16.5, 29.5): 1 + 6.5 / 4 = 2.625 and 2 + 14.5 / 4 = 5.625 in the image, 0.53125 and 1.28125 cells.
    expect(at(16, 29)).toBeCloseTo(0.53125 + 2 * 1.28125, 6)
  })

  it('mirrors where the image was mirrored', () => {
    const plain = mapInFrame(map, wholeImage(image), image)
    const mirrored = mapInFrame(map, { ...wholeImage(image), scaleX: -1, padX: 8 }, image)
    for (let y = 0; y < 16; y++) for (let x = 0; x < 8; x++) expect(mirrored[y * 8 + x]).toBe(plain[y * 8 + 7 - x])
  })

  it('shows the whole frame at any size', () => {
    const large = mapInFrame(
      map,
      { ...wholeImage({ height: 160, width: 80 }), scaleX: 0.1, scaleY: 0.1 },
      { height: 160, width: 80 },
      image,
    )
    const same = mapInFrame(map, wholeImage(image), image)
    large.forEach((value, i) => {
      expect(value).toBeCloseTo(same[i]!, 5)
    })
  })

  it('refuses sizes that are none', () => {
    expect(() => mapInFrame(map, wholeImage(image), { height: 0, width: 8 })).toThrow(
      'Expected whole numbers of pixels for the frame but received 0 x 8.',
    )
  })
})
