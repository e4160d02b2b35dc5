import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oneCycleLr } from '../src/index.ts'
import { golden, titled } from './golden.ts'

describe('oneCycleLr', () => {
  test.each(titled(golden.oneCycle))(
    "matches PyTorch's OneCycleLR at every step, |delta| <= 1e-9: $title",
    (recorded) => {
      const schedule = oneCycleLr(recorded.options)
      recorded.lr.forEach((lr, step) => {
        const value = schedule(step)
        expect(Math.abs(value.lr - lr)).toBeLessThanOrEqual(1e-9)
        if (recorded.momentum === null) expect(value).not.toHaveProperty('momentum')
        else expect(Math.abs(value.momentum! - recorded.momentum[step])).toBeLessThanOrEqual(1e-9)
      })
    },
  )

  test('stays between its last and highest learning rate and between both momentums', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('cos' as const, 'linear' as const),
        (totalSteps, pctStart, annealStrategy) => {
          const schedule = oneCycleLr({ maxLr: 1, totalSteps, pctStart, annealStrategy })
          for (let step = 0; step < totalSteps; step++) {
            const { lr, momentum } = schedule(step)
            expect(lr).toBeGreaterThan(0)
            expect(lr).toBeLessThanOrEqual(1 + 1e-12)
            expect(momentum).toBeGreaterThanOrEqual(0.85 - 1e-12)
            expect(momentum).toBeLessThanOrEqual(0.95 + 1e-12)
          }
          expect(schedule(totalSteps - 1).lr).toBeCloseTo(pctStart * totalSteps - 1 < totalSteps - 1 ? 4e-6 : 1, 10)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('is a pure function of the step: any order gives the same', () => {
    const schedule = oneCycleLr({ maxLr: 1, totalSteps: 10 })
    const forward = Array.from({ length: 10 }, (_, step) => schedule(step))
    const backward = Array.from({ length: 10 }, (_, i) => schedule(9 - i)).reverse()
    expect(backward).toEqual(forward)
  })

  test('is at its maximum where the rise has one step and PyTorch divides by zero', () => {
    expect(oneCycleLr({ maxLr: 1, totalSteps: 10, pctStart: 0.1 })(0)).toEqual({ lr: 1, momentum: 0.85 })
  })

  test.each([
    ['maxLr', 0],
    ['maxLr', Number.NaN],
    ['totalSteps', 0],
    ['totalSteps', 1.5],
    ['pctStart', -0.1],
    ['pctStart', 30],
    ['annealStrategy', 'cosine'],
    ['baseMomentum', 2],
    ['maxMomentum', -1],
    ['divFactor', 0],
    ['finalDivFactor', Number.POSITIVE_INFINITY],
    ['finalDivFactor', 0],
    ['finalDivFactor', -1],
  ])('names the option %s that is %s', (option, value) => {
    expect(() => oneCycleLr({ maxLr: 1, totalSteps: 10, [option]: value })).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { option, value } }),
    )
  })

  test.each([-1, 11, 0.5, Number.NaN])('names the step %s that is outside the cycle', (step) => {
    expect(() => oneCycleLr({ maxLr: 1, totalSteps: 10 })(step)).toThrow(
      `Expected an integer from 0 to 10 for step but received ${step}. Steps count batches from 0 and end with the schedule.`,
    )
  })
})
