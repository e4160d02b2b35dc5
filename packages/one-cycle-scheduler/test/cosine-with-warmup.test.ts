import { describe, expect, test } from 'vitest'
import { cosineWithWarmup } from '../src/index.ts'
import { golden, titled } from './golden.ts'

describe('cosineWithWarmup', () => {
  test.each(titled(golden.cosineWithWarmup))(
    "matches PyTorch's LinearLR and CosineAnnealingLR at every step, |delta| <= 1e-9: $title",
    (recorded) => {
      const schedule = cosineWithWarmup(recorded.options)
      recorded.lr.forEach((lr, step) => {
        expect(Math.abs(schedule(step).lr - lr)).toBeLessThanOrEqual(1e-9)
      })
    },
  )

  test.each([
    ['maxLr', 0],
    ['totalSteps', 0],
    ['warmupSteps', 100],
    ['warmupSteps', 1.5],
    ['minLr', -1],
    ['warmupStartLr', Number.NaN],
  ])('names the option %s that is %s', (option, value) => {
    expect(() => cosineWithWarmup({ maxLr: 1, totalSteps: 100, [option]: value })).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { option, value } }),
    )
  })

  test('names a step after the end', () => {
    expect(() => cosineWithWarmup({ maxLr: 1, totalSteps: 10 })(11)).toThrow('from 0 to 10 for step but received 11')
  })
})
