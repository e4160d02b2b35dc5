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

  test.each([
    ['mode', 'lower'],
    ['factor', 1],
    ['patience', -1],
    ['threshold', -1],
    ['thresholdMode', 'relative'],
    ['cooldown', 1.5],
    ['minLr', -1],
    ['eps', Number.NaN],
  ])('names the option %s that is %s', (option, value) => {
    expect(() => reduceLrOnPlateau(createReduceLrOnPlateau({ lr: 1 }), 0, { [option]: value })).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { option, value } }),
    )
  })

  test('names a bad learning rate and a metric that is not a number', () => {
    expect(() => createReduceLrOnPlateau({ lr: 0 })).toThrow('above 0 for lr but received 0')
    expect(() => reduceLrOnPlateau(createReduceLrOnPlateau({ lr: 1 }), '0.5' as unknown as number)).toThrow(
      'Expected a number for metric but received 0.5',
    )
  })
})
