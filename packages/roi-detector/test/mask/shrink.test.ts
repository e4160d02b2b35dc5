import { expect, test } from 'vitest'
import { shrink } from '../../src/index.ts'

test('each pixel is the mean of its block, also at the edge where blocks are smaller', () => {
  const image = { data: Uint16Array.of(0, 2, 10, 4, 6, 20, 100, 200, 65_535), width: 3, height: 3 }
  expect(shrink(image, 2)).toEqual({ data: Uint16Array.of(3, 15, 150, 65_535), width: 2, height: 2 })
  expect(shrink(image, 1)).toBe(image)
})

test.each([2, 3, 5])('every pixel is the mean of its block, at the edges too, for factor %i', (factor) => {
  for (const [width, height] of [
    [7, 5],
    [6, 6],
    [1, 9],
    [9, 1],
  ]) {
    const data = Uint16Array.from({ length: width * height }, (_, at) => (at * 40_503) % 65_536)
    const small = shrink({ data, width, height }, factor)
    const means = Array.from(small.data, (_, at) => {
      const [x, y] = [factor * (at % small.width), factor * Math.floor(at / small.width)]
      const block = Array.from(data).filter((_, i) => {
        const [u, v] = [i % width, Math.floor(i / width)]
        return u >= x && u < x + factor && v >= y && v < y + factor
      })
      return Math.floor(block.reduce((sum, value) => sum + value, 0) / block.length + 0.5)
    })
    expect(Array.from(small.data)).toEqual(means)
  }
})

test('the mean of a block whose sum needs more than 32 bits', () => {
  const image = { data: new Uint16Array(70_000).fill(65_535), width: 70_000, height: 1 }
  expect(shrink(image, 70_000).data).toEqual(Uint16Array.of(65_535))
})
