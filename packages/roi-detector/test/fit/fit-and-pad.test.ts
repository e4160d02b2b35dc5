import { expect, test } from 'vitest'
import { cutOut, fitAndPad, fittedBox } from '../../src/index.ts'

const even = (width: number, height: number, value: number) => ({
  data: new Uint16Array(width * height).fill(value),
  width,
  height,
})

test('keeps the aspect, stays at its side and pads with black', async () => {
  const left = await fitAndPad(even(100, 400, 50_000), { width: 50, height: 100, side: 'L' })
  const right = await fitAndPad(even(100, 400, 50_000), { width: 50, height: 100, side: 'R' })
  const row = (image: { data: Uint16Array }, y: number) => Array.from(image.data.subarray(y * 50, (y + 1) * 50))
  expect(row(left, 0)).toEqual([...Array(25).fill(50_000), ...Array(25).fill(0)])
  expect(row(right, 99)).toEqual([...Array(25).fill(0), ...Array(25).fill(50_000)])
})

test('a wide picture is centerd from top to bottom', async () => {
  const fitted = await fitAndPad(even(400, 100, 1000), { width: 40, height: 30 })
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

test('keeps 16 bits: a ramp of 4096 grays in 16-bit steps survives scaling within 16 of 65,535', async () => {
  const width = 512
  const data = Uint16Array.from({ length: width * 64 }, (_, at) => 1000 + (at % width) * 7)
  const fitted = await fitAndPad({ data, width, height: 64 }, { width: 256, height: 32 })
  for (let x = 8; x < 248; x++) expect(Math.abs(fitted.data[16 * 256 + x] - (1003.5 + x * 14))).toBeLessThanOrEqual(16)
})

test('antialiases: a checkerboard of single pixels becomes its mean within 1 %', async () => {
  const data = Uint16Array.from({ length: 400 * 400 }, (_, at) =>
    ((at % 400) + Math.floor(at / 400)) % 2 ? 60_000 : 0,
  )
  const fitted = await fitAndPad({ data, width: 400, height: 400 }, { width: 100, height: 100 })
  for (let at = 50 * 100 + 20; at < 50 * 100 + 80; at++) expect(Math.abs(fitted.data[at] - 30_000)).toBeLessThan(600)
})

test('never overshoots the brightest input value', async () => {
  const data = Uint16Array.from({ length: 300 * 300 }, (_, at) => (at % 300 < 150 ? 0 : 30_000))
  const fitted = await fitAndPad({ data, width: 300, height: 300 }, { width: 100, height: 100 })
  expect(Math.max(...fitted.data)).toBe(30_000)
})

test('refuses sizes that are no positive integers', async () => {
  const expected = { code: 'invalid-option', message: expect.stringMatching(/Expected an integer .* for width .* 0/) }
  await expect(fitAndPad(even(4, 4, 1), { width: 0 })).rejects.toMatchObject(expected)
  await expect(fitAndPad(even(4, 4, 1), { height: 1.5 })).rejects.toMatchObject({ code: 'invalid-option' })
})

test('a cut with a mask keeps the inside and blackens the outside, smooth between mask pixels', () => {
  const mask = { data: Uint8Array.of(1, 0, 1, 0), width: 2, height: 2, factor: 4 }
  const cut = cutOut(even(8, 8, 9), { x: 1, y: 2, width: 7, height: 3 }, mask)
  expect(Array.from(cut.data)).toEqual(Array(3).fill([9, 9, 9, 0, 0, 0, 0]).flat())
})
