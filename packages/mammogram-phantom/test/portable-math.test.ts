import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atan2, cos, exp, log, sin, smoothstep } from '../src/portable-math.ts'

const finite = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })

test('sin and cos agree with the engine within 1e-11 for |x| <= 1000', () => {
  fc.assert(
    fc.property(finite(-1000, 1000), (x) => {
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(1e-11)
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(1e-11)
    }),
  )
})

test('exp and log agree with the engine within 1e-11 relative', () => {
  fc.assert(
    fc.property(finite(-50, 50), finite(1e-9, 1e9), (x, y) => {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-11)
      expect(Math.abs(log(y) - Math.log(y))).toBeLessThan(1e-11 * Math.max(1, Math.abs(Math.log(y))))
    }),
  )
})

test('atan2 agrees with the engine within 1e-11 in every quadrant', () => {
  fc.assert(
    fc.property(finite(-100, 100), finite(-100, 100), (y, x) => {
      fc.pre(Math.abs(x) + Math.abs(y) > 1e-6 && Math.abs(y) > 1e-12)
      expect(Math.abs(atan2(y, x) - Math.atan2(y, x))).toBeLessThan(1e-11)
    }),
  )
})

test('limits: exp of a large negative number is 0, smoothstep is 0 and 1 outside its edges', () => {
  expect(exp(-1000)).toBe(0)
  expect(atan2(0, 0)).toBe(0)
  expect([smoothstep(1, 2, 0), smoothstep(1, 2, 1.5), smoothstep(1, 2, 3)]).toEqual([0, 0.5, 1])
})
