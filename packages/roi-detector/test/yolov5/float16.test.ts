import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromFloat16, toFloat16 } from '../../src/yolov5/float16.ts'

test('known halves', () => {
  const values = Float32Array.of(
    0,
    -0,
    1,
    -2,
    65_504,
    65_520,
    2 ** -24,
    2 ** -14,
    0.333251953125,
    Number.POSITIVE_INFINITY,
  )
  const bits = [0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x7c00, 1, 0x0400, 0x3555, 0x7c00]
  expect(Array.from(toFloat16(values))).toEqual(bits)
  expect(fromFloat16(Uint16Array.of(0x7e00))[0]).toBeNaN()
})

test('every half but NaN survives the way to float32 and back', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((bits) => (bits & 0x7fff) <= 0x7c00)
  expect(toFloat16(fromFloat16(all))).toEqual(all)
})

test('rounds to a neighbor within half a unit in the last place', () => {
  fc.assert(
    fc.property(fc.float({ min: -60_000, max: 60_000, noNaN: true }), (value) => {
      const back = fromFloat16(toFloat16(Float32Array.of(value)))[0]
      const unit = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(value) || 1)) - 10)
      expect(Math.abs(back - value)).toBeLessThanOrEqual(unit / 2)
    }),
  )
})
