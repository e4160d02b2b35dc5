import { expect, test } from 'vitest'
import { boxAtFullResolution, chooseResolutionLevel } from '../../src/preprocess/resolution-level.ts'

const request = { levels: 5, height: 1024, width: 512, resolutionLevel: 'auto' } as const

test('auto halves the usual detectors once and small ones never', () => {
  expect(chooseResolutionLevel({ ...request, rows: 4084, columns: 3328 })).toBe(1)
  expect(chooseResolutionLevel({ ...request, rows: 5355, columns: 4915 })).toBe(1)
  expect(chooseResolutionLevel({ ...request, rows: 2294, columns: 1914 })).toBe(0)
  expect(chooseResolutionLevel({ ...request, rows: 4084, columns: 3328, height: 256, width: 128 })).toBe(3)
})

test('a given level is taken, but never below eight pixels and never more often than the codestream can', () => {
  expect(chooseResolutionLevel({ ...request, rows: 4084, columns: 3328, resolutionLevel: 2 })).toBe(2)
  expect(chooseResolutionLevel({ ...request, rows: 20, columns: 3328, resolutionLevel: 5 })).toBe(1)
  expect(chooseResolutionLevel({ ...request, levels: 1, rows: 4084, columns: 3328, resolutionLevel: 2 })).toBe(1)
  expect(chooseResolutionLevel({ ...request, levels: 0, rows: 4084, columns: 3328 })).toBe(0)
})

test('a box comes back in full pixels: reduced pixel i sits on pixel 2^level * i', () => {
  const frame = { rows: 400, columns: 300 }
  expect(boxAtFullResolution({ x: 10, y: 20, width: 30, height: 40 }, 2, frame)).toEqual({
    x: 39,
    y: 79,
    width: 120,
    height: 160,
  })
  expect(boxAtFullResolution({ x: 0, y: 0, width: 75, height: 100 }, 2, frame)).toEqual({
    x: 0,
    y: 0,
    width: 300,
    height: 400,
  })
})
