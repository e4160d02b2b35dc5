import { expect, test } from 'vitest'
import { shrink } from '../../src/index.ts'

test('each pixel is the mean of its block, also at the edge where blocks are smaller', () => {
  const image = { data: Uint16Array.of(0, 2, 10, 4, 6, 20, 100, 200, 65_535), width: 3, height: 3 }
  expect(shrink(image, 2)).toEqual({ data: Uint16Array.of(3, 15, 150, 65_535), width: 2, height: 2 })
  expect(shrink(image, 1)).toBe(image)
})
