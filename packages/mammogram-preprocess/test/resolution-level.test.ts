import { expect, test } from 'vitest'
import { boxAtFinerLevel, levelAtMost, levelForFit } from '../src/resolution-level.ts'

const fit = { height: 1024, width: 512 }

test('the crop comes from the coarsest level that leaves it as many pixels as the result has', () => {
  expect(levelForFit({ height: 3400, width: 1500 }, fit, 5)).toBe(1)
  expect(levelForFit({ height: 3400, width: 2048 }, fit, 5)).toBe(2)
  expect(levelForFit({ height: 3400, width: 2047 }, fit, 5)).toBe(1)
  expect(levelForFit({ height: 1900, width: 900 }, fit, 5)).toBe(0)
  expect(levelForFit({ height: 600, width: 300 }, fit, 5)).toBe(0)
  expect(levelForFit({ height: 3400, width: 2400 }, fit, 1)).toBe(1)
  expect(levelForFit({ height: 4096, width: 3328 }, { height: 256, width: 256 }, 5)).toBe(4)
})

test('a given level is taken, but never below eight pixels and never more often than the codestream can', () => {
  expect(levelAtMost(2, { height: 4084, width: 3328 }, 5)).toBe(2)
  expect(levelAtMost(5, { height: 20, width: 3328 }, 5)).toBe(1)
  expect(levelAtMost(2, { height: 4084, width: 3328 }, 1)).toBe(1)
  expect(levelAtMost(2, { height: 4, width: 4 }, 5)).toBe(0)
})

test('a box comes back in finer pixels: reduced pixel i sits on pixel 2^levels * i', () => {
  const frame = { height: 400, width: 300 }
  expect(boxAtFinerLevel({ x: 10, y: 20, width: 30, height: 40 }, 2, frame)).toEqual({
    x: 39,
    y: 79,
    width: 120,
    height: 160,
  })
  expect(boxAtFinerLevel({ x: 0, y: 0, width: 75, height: 100 }, 2, frame)).toEqual({
    x: 0,
    y: 0,
    width: 300,
    height: 400,
  })
})
