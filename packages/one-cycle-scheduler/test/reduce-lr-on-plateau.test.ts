import { describe, expect, test } from 'vitest'
import { createReduceLrOnPlateau, reduceLrOnPlateau } from '../src/index.ts'
import { golden, titled } from './golden.ts'

describe('reduceLrOnPlateau', () => {
  test.each(titled(golden.reduceLrOnPlateau))(
    "matches PyTorch's ReduceLROnPlateau after every epoch, |delta| <= 1e-9: $title",
    ({ initialLr, metrics, lr, options }) => {
      let state = createReduceLrOnPlateau({ lr: initialLr })
      metrics.forEach((metric, epoch) => {
        state = reduceLrOnPlateau(state, metric, options)
        expect(Math.abs(state.lr - lr[epoch])).toBeLessThanOrEqual(1e-9)
      })
    },
  )

  test('continues from a state that went through JSON, at any epoch', () => {
    const [{ initialLr, metrics, lr, options }] = golden.reduceLrOnPlateau
    let state = createReduceLrOnPlateau({ lr: initialLr })
    metrics.forEach((metric, epoch) => {
      state = reduceLrOnPlateau(JSON.parse(JSON.stringify(state)), metric, options)
      expect(state.lr).toBe(lr[epoch])
    })
  })

  test('counts NaN as no improvement', () => {
    const state = reduceLrOnPlateau(createReduceLrOnPlateau({ lr: 1 }), Number.NaN)
    expect(state).toEqual({ lr: 1, best: null, badEpochs: 1, cooldown: 0 })
  })

  // Of a best of 2, a tenth is 0.2 by its share and 0.1 by distance.
  test.each([
    ['min', 'rel', 1.81, false],
    ['min', 'rel', 1.79, true],
    ['min', 'abs', 1.91, false],
    ['min', 'abs', 1.89, true],
    ['max', 'rel', 2.19, false],
    ['max', 'rel', 2.21, true],
    ['max', 'abs', 2.09, false],
    ['max', 'abs', 2.11, true],
  ] as const)(
    'mode %s, thresholdMode %s: whether %f is better than 2 by 0.1 is %s',
    (mode, thresholdMode, metric, is) => {
      const state = { lr: 1, best: 2, badEpochs: 0, cooldown: 0 }
      const { best } = reduceLrOnPlateau(state, metric, { mode, thresholdMode, threshold: 0.1 })
      expect(best).toBe(is ? metric : 2)
    },
  )

  test('takes no first metric for the best that every other one is better than', () => {
    const first = createReduceLrOnPlateau({ lr: 1 })
    const { POSITIVE_INFINITY: highest, NEGATIVE_INFINITY: lowest } = Number
    expect(reduceLrOnPlateau(first, highest, { mode: 'min' }).best).toBeNull()
    expect(reduceLrOnPlateau(first, lowest, { mode: 'max' }).best).toBeNull()
    expect(reduceLrOnPlateau(first, lowest, { mode: 'min' }).best).toBe(lowest)
    expect(reduceLrOnPlateau(first, highest, { mode: 'max' }).best).toBe(highest)
  })

  test.each([
    ['mode', 'lower'],
    ['factor', 1],
    ['patience', -1],
    ['patience', 0.5],
    ['threshold', -1],
    ['thresholdMode', 'relative'],
    ['cooldown', 1.5],
    ['minLr', -1],
    ['eps', Number.NaN],
    ['eps', -1],
  ])('names the option %s that is %s', (option, value) => {
    expect(() => reduceLrOnPlateau(createReduceLrOnPlateau({ lr: 1 }), 0, { [option]: value })).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { option, value } }),
    )
  })

  test('says what was expected of an option and what came', () => {
    const reduce = (options: object) => () => reduceLrOnPlateau(createReduceLrOnPlateau({ lr: 1 }), 0, options)
    expect(reduce({ mode: 'lower' })).toThrow("Expected 'min' or 'max' for mode but received 'lower'. Choose one.")
    expect(reduce({ patience: 0.5 })).toThrow('Expected an integer from 0 for patience but received 0.5. Choose')
    expect(reduce({ factor: -1 })).toThrow(/^Expected a finite number from 0 to 0\.9+ for factor but received -1\. /)
  })

  test('names a bad learning rate and a metric that is not a number', () => {
    expect(() => createReduceLrOnPlateau({ lr: 0 })).toThrow('above 0 for lr but received 0')
    expect(() => reduceLrOnPlateau(createReduceLrOnPlateau({ lr: 1 }), '0.5' as unknown as number)).toThrow(
      expect.objectContaining({
        name: 'ScheduleError',
        code: 'bad-metric',
        details: { metric: '0.5' },
        message: expect.stringContaining('Expected a number for metric but received 0.5'),
      }),
    )
  })
})
