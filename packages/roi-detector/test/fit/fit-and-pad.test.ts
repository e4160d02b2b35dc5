import { expect, test } from 'vitest'
import { cutOut, type FitOptions, fitAndPad, fittedBox } from '../../src/index.ts'

const even = (width: number, height: number, value: number) => ({
  data: new Uint16Array(width * height).fill(value),
  width,
  height,
})

test('keeps the aspect, stays at its side and pads with black', () => {
  const left = fitAndPad(even(100, 400, 50_000), { width: 50, height: 100, side: 'L' })
  const right = fitAndPad(even(100, 400, 50_000), { width: 50, height: 100, side: 'R' })
  const row = (image: { data: Uint16Array }, y: number) => Array.from(image.data.subarray(y * 50, (y + 1) * 50))
  expect(row(left, 0)).toEqual([...Array(25).fill(50_000), ...Array(25).fill(0)])
  expect(row(right, 99)).toEqual([...Array(25).fill(0), ...Array(25).fill(50_000)])
})

test('a wide picture is centerd from top to bottom', () => {
  const fitted = fitAndPad(even(400, 100, 1000), { width: 40, height: 30 })
  const filled = Array.from({ length: 30 }, (_, y) => fitted.data[y * 40] > 0)
  expect(filled.indexOf(true)).toBe(10)
  expect(filled.lastIndexOf(true)).toBe(19)
  expect(fittedBox({ width: 400, height: 100 }, { width: 40, height: 30 })).toEqual({
    x: 0,
    y: 10,
    width: 40,
    height: 10,
  })
})

test('keeps 16 bits: a ramp of 4096 grays in 16-bit steps survives scaling within 16 of 65,535', () => {
  const width = 512
  const data = Uint16Array.from({ length: width * 64 }, (_, at) => 1000 + (at % width) * 7)
  const fitted = fitAndPad({ data, width, height: 64 }, { width: 256, height: 32 })
  for (let x = 8; x < 248; x++) expect(Math.abs(fitted.data[16 * 256 + x] - (1003.5 + x * 14))).toBeLessThanOrEqual(16)
})

test('antialiases: a checkerboard of single pixels becomes its mean within 1 %', () => {
  const data = Uint16Array.from({ length: 400 * 400 }, (_, at) =>
    ((at % 400) + Math.floor(at / 400)) % 2 ? 60_000 : 0,
  )
  const fitted = fitAndPad({ data, width: 400, height: 400 }, { width: 100, height: 100 })
  for (let at = 50 * 100 + 20; at < 50 * 100 + 80; at++) expect(Math.abs(fitted.data[at] - 30_000)).toBeLessThan(600)
})

test('never overshoots the brightest input value', () => {
  const data = Uint16Array.from({ length: 300 * 300 }, (_, at) => (at % 300 < 150 ? 0 : 30_000))
  const fitted = fitAndPad({ data, width: 300, height: 300 }, { width: 100, height: 100 })
  expect(Math.max(...fitted.data)).toBe(30_000)
})

test('refuses sizes that are no positive integers, and distances that are not above 0', () => {
  const errorOf = (options: FitOptions) => {
    try {
      fitAndPad(even(4, 4, 1), options)
    } catch (error) {
      return error
    }
    throw new Error('no error')
  }
  const expected = { code: 'invalid-option', message: expect.stringMatching(/Expected an integer .* for width .* 0/) }
  expect(errorOf({ width: 0 })).toMatchObject(expected)
  expect(errorOf({ height: 1.5 })).toMatchObject({ code: 'invalid-option' })
  const physicalScale = { pixelSpacingMm: 0, mmPerPixel: 0.1 }
  expect(errorOf({ physicalScale })).toMatchObject({ code: 'invalid-option', details: { name: 'pixelSpacingMm' } })
})

test('a physical scale keeps the size of a millimeter, and what is too large for the frame at it is fitted', () => {
  const physicalScale = { pixelSpacingMm: 0.07, mmPerPixel: 0.28 }
  const frame = { width: 512, height: 1024, physicalScale }
  expect(fittedBox({ width: 1200, height: 2000 }, frame)).toEqual({ x: 0, y: 262, width: 300, height: 500 })
  expect(fittedBox({ width: 400, height: 400 }, { ...frame, side: 'R' })).toEqual({
    x: 412,
    y: 462,
    width: 100,
    height: 100,
  })
  const { physicalScale: _, ...fit } = frame
  expect(fittedBox({ width: 3000, height: 4000 }, frame)).toEqual(fittedBox({ width: 3000, height: 4000 }, fit))
  // Enlarged where the result's pixels are smaller.
  expect(
    fittedBox({ width: 100, height: 200 }, { ...frame, physicalScale: { pixelSpacingMm: 0.1, mmPerPixel: 0.05 } }),
  ).toMatchObject({ width: 200, height: 400 })
})

test('a cut with a mask keeps the inside and blackens the outside, smooth between mask pixels', () => {
  const mask = { data: Uint8Array.of(1, 0, 1, 0), width: 2, height: 2, factor: 4 }
  const cut = cutOut(even(8, 8, 9), { x: 1, y: 2, width: 7, height: 3 }, mask)
  expect(Array.from(cut.data)).toEqual(Array(3).fill([9, 9, 9, 0, 0, 0, 0]).flat())
})
