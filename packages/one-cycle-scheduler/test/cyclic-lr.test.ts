import { describe, expect, test } from 'vitest'
import { cyclicLr } from '../src/index.ts'
import { golden, titled } from './golden.ts'

describe('cyclicLr', () => {
  test.each(titled(golden.cyclic))("matches PyTorch's CyclicLR at every step, |delta| <= 1e-9: $title", (recorded) => {
    const schedule = cyclicLr(recorded.options)
    recorded.lr.forEach((lr, step) => {
      const value = schedule(step)
      expect(Math.abs(value.lr - lr)).toBeLessThanOrEqual(1e-9)
      if (recorded.momentum === null) expect(value).not.toHaveProperty('momentum')
      else expect(Math.abs(value.momentum! - recorded.momentum[step])).toBeLessThanOrEqual(1e-9)
    })
  })

  test.each([
    ['baseLr', -1],
    ['maxLr', 0],
    ['stepSizeUp', 0],
    ['stepSizeDown', 0.5],
    ['mode', 'sine'],
    ['gamma', 0],
    ['baseMomentum', 1.5],
    ['maxMomentum', Number.NaN],
  ])('names the option %s that is %s', (option, value) => {
    expect(() => cyclicLr({ baseLr: 0.1, maxLr: 1, [option]: value })).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { option, value } }),
    )
  })

  test('names a step that is not an integer from 0', () => {
    expect(() => cyclicLr({ baseLr: 0.1, maxLr: 1 })(-1)).toThrow('for step but received -1')
  })
})
