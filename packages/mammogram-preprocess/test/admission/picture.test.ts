import { describe, expect, test } from 'vitest'
import { pictureFindings } from '../../src/admission/picture-findings.ts'

type Shade = (x: number, y: number) => number

const paint = (width: number, height: number, shade: Shade) => ({
  data: Uint16Array.from({ length: width * height }, (_, at) => shade(at % width, Math.floor(at / width))),
  width,
  height,
})
const warnings = (...of: Parameters<typeof pictureFindings>) => pictureFindings(...of).map(({ warning }) => warning)

/** A half-ellipse at the left edge, as bright as tissue is, on air. */
const breast: Shade = (x, y) =>
  (x / 120) ** 2 + ((y - 160) / 130) ** 2 < 1
    ? 25_000 + 9000 * Math.sin(x / 9) * Math.cos(y / 7)
    : 300 + ((x * 7 + y) % 50)

describe('pictureFindings', () => {
  test('a breast on black is fine', () => {
    expect(warnings(paint(240, 320, breast))).toEqual([])
  })

  test('a breast on black with a bright label, and one that fills its frame, are fine', () => {
    expect(warnings(paint(240, 320, (x, y) => (x > 180 && y < 60 ? 65_535 : breast(x, y))))).toEqual([])
    expect(warnings(paint(240, 320, (x, y) => 30_000 + 9000 * Math.sin(x / 9) * Math.cos(y / 7)))).toEqual([])
  })

  test('a reversed polarity is found, with and without a label', () => {
    expect(warnings(paint(240, 320, (x, y) => 65_535 - breast(x, y)))).toEqual(['polarity:inverted'])
    expect(warnings(paint(240, 320, (x, y) => (x > 180 && y < 60 ? 0 : 65_535 - breast(x, y))))).toEqual([
      'polarity:inverted',
    ])
  })

  test('all zero, all largest, and two levels are no pictures', () => {
    expect(warnings(paint(64, 64, () => 0))).toEqual(['constant:one-level'])
    expect(warnings(paint(64, 64, () => 65_535))).toEqual(['constant:one-level'])
    expect(warnings(paint(64, 64, (x) => (x < 30 ? 0 : 65_535)))).toEqual(['constant:two-levels'])
  })

  test('a frame with nothing but a small label is none', () => {
    expect(warnings(paint(640, 640, (x, y) => (x < 20 && y < 20 ? 40_000 + 50 * x : 0)))).toEqual(['constant:empty'])
  })

  test('a frame of one pixel, and of 8 x 8, is too small', () => {
    expect(warnings(paint(1, 1, () => 9))).toEqual(['size:too-small', 'constant:one-level'])
    expect(warnings(paint(8, 8, (x, y) => 900 * x + y))).toContain('size:too-small')
    expect(warnings(paint(500, 1, (x) => 100 * x))).toContain('size:too-small')
  })

  test('the size that counts is the whole frame, not its reduced picture', () => {
    expect(
      warnings(
        paint(20, 30, (x, y) => breast(12 * x, 12 * y)),
        { width: 240, height: 360 },
      ),
    ).toEqual([])
  })
})
