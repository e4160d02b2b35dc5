import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incompleteBeta, inverseIncompleteBeta } from '../../src/intervals/incomplete-beta.ts'
import { normalQuantile, tQuantile } from '../../src/intervals/quantiles.ts'
import { recorded } from './recorded.ts'

const relative = (received: number, expected: number) => Math.abs(received / expected - 1)

describe('inverseIncompleteBeta', () => {
  test.each(recorded.beta)("is SciPy's beta.ppf($probability, $a, $b), |delta| <= 1e-11 relative", (golden) => {
    const { probability, a, b, value } = golden
    expect(relative(inverseIncompleteBeta(probability, a, b), value)).toBeLessThanOrEqual(1e-11)
  })

  test('undoes incompleteBeta, |delta| <= 1e-9', () => {
    const shape = fc.double({ min: 0.5, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.999999, noNaN: true }), shape, shape, (probability, a, b) => {
        const x = inverseIncompleteBeta(probability, a, b)
        // Where the function is steeper than its argument can tell apart, the chance itself is no test.
        const nearby = [x * (1 - 1e-9), Math.min(1, x * (1 + 1e-9))].map((end) => incompleteBeta(end, a, b))
        expect(nearby[0] - 1e-9).toBeLessThanOrEqual(probability)
        expect(nearby[1] + 1e-9).toBeGreaterThanOrEqual(probability)
      }),
    )
  })
})

test.each(recorded.normal)("the normal quantile is SciPy's, |delta| <= 1e-12 relative: $confidence", (golden) => {
  expect(relative(normalQuantile(golden.confidence), golden.value)).toBeLessThanOrEqual(1e-12 / (1 - golden.confidence))
})

test.each(recorded.t)("the t quantile is SciPy's, |delta| <= 1e-9 relative: $confidence, $degrees", (golden) => {
  expect(relative(tQuantile(golden.confidence, golden.degrees), golden.value)).toBeLessThanOrEqual(1e-9)
})
