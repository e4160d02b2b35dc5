import { describe, expect, it } from 'vitest'
import { type CreateScheduleOptions, createSchedule } from '../src/index.ts'

const scheduleOf = (options: Partial<CreateScheduleOptions>) =>
  createSchedule({ schedule: { name: 'one-cycle' }, lr: 3e-4, totalSteps: 100, ...options })

describe('createSchedule', () => {
  it('is one-cycle from lr / 25 over lr to almost nothing, beta1 from 0.95 over 0.85 to 0.95', () => {
    const schedule = scheduleOf({})
    expect(schedule.at(0)).toEqual({ lr: expect.closeTo(1.2e-5, 12), beta1: 0.95 })
    expect(schedule.at(29)).toEqual({ lr: expect.closeTo(3e-4, 12), beta1: 0.85 })
    expect(schedule.at(99).lr).toBeCloseTo(1.2e-9, 12)
    expect(schedule.plateau).toBeNull()
  })

  it('keeps Adam’s beta1 where momentum is not cycled', () => {
    expect(scheduleOf({ schedule: { name: 'one-cycle', cycleMomentum: false } }).at(29).beta1).toBe(0.9)
    expect(scheduleOf({ beta1: 0.8, schedule: { name: 'cosine' } }).at(5)).toEqual({ lr: 3e-4, beta1: 0.8 })
  })

  it('goes up and down between lr * 0.04 and lr with cyclic', () => {
    const schedule = scheduleOf({ lr: 1, schedule: { name: 'cyclic', stepSizeUp: 10 } })
    expect([0, 10, 20].map((step) => schedule.at(step).lr)).toEqual([0.04, 1, expect.closeTo(0.04, 12)])
  })

  it("counts epochs with interval 'epoch': the reference's triangular2, half as high in its second cycle", () => {
    const cyclic = { name: 'cyclic', interval: 'epoch', mode: 'triangular2', stepSizeUp: 1, baseLrFactor: 0 } as const
    const schedule = scheduleOf({ lr: 1, schedule: cyclic, stepsPerEpoch: 7 })
    expect([0, 6, 7, 13, 14, 21, 27].map((step) => schedule.at(step).lr)).toEqual([0, 0, 1, 1, 0, 0.5, 0.5])
  })

  it("counts batches with interval 'step', however many an epoch has", () => {
    const cyclic = { name: 'cyclic', interval: 'step', mode: 'triangular', stepSizeUp: 2, baseLrFactor: 0 } as const
    const schedule = scheduleOf({ lr: 1, schedule: cyclic, stepsPerEpoch: 7 })
    expect([0, 1, 2, 3, 4].map((step) => schedule.at(step).lr)).toEqual([0, 0.5, 1, 0.5, 0])
  })

  it('names steps of an epoch and an interval that it cannot take', () => {
    const badOption = (option: string, value: unknown) =>
      expect.objectContaining({ code: 'bad-option', details: { option, value } })
    for (const stepsPerEpoch of [0, 1.5])
      expect(() => scheduleOf({ stepsPerEpoch })).toThrow(badOption('stepsPerEpoch', stepsPerEpoch))
    const schedule = { name: 'cyclic', interval: 'week' } as unknown as CreateScheduleOptions['schedule']
    expect(() => scheduleOf({ schedule })).toThrow(badOption('interval', 'week'))
  })

  it.each([
    ['schedule.name', { schedule: { name: 'cosin' } }],
    ['factor', { schedule: { name: 'reduce-on-plateau', factor: 2 } }],
    ['totalSteps', { schedule: { name: 'reduce-on-plateau' }, totalSteps: Number.NaN }],
    [
      'plateau.lr',
      {
        schedule: { name: 'reduce-on-plateau' },
        plateau: { lr: Number.NaN, best: null, badEpochs: 0, cooldown: 0 },
      },
    ],
    ['warmupFraction', { schedule: { name: 'cosine', warmupFraction: 1.5 } }],
    ['warmupFraction', { schedule: { name: 'cosine', warmupFraction: -1 } }],
    ['finalLrFactor', { schedule: { name: 'cosine', finalLrFactor: 3 } }],
    ['baseLrFactor', { schedule: { name: 'cyclic', baseLrFactor: 3 } }],
    ['beta1', { schedule: { name: 'cosine' }, beta1: Number.NaN }],
  ])('refuses %s out of its range before the first step', (option, options) => {
    expect(() => scheduleOf(options as unknown as CreateScheduleOptions)).toThrow(
      expect.objectContaining({ code: 'bad-option', details: expect.objectContaining({ option }) }),
    )
  })

  it('has no rate before the first step or between two, on a plateau either', () => {
    const schedule = scheduleOf({ schedule: { name: 'reduce-on-plateau' } })
    for (const step of [-1, 1.5]) expect(() => schedule.at(step)).toThrow(expect.objectContaining({ code: 'bad-step' }))
  })

  it('follows a figure that rises with mode max, and takes NaN for no improvement', () => {
    const schedule = scheduleOf({ lr: 1, schedule: { name: 'reduce-on-plateau', mode: 'max', patience: 0 } })
    for (const pf1 of [0.1, 0.2]) schedule.endEpoch(pf1)
    expect(schedule.at(0).lr).toBe(1)
    schedule.endEpoch(Number.NaN)
    expect(schedule.at(0).lr).toBeCloseTo(0.1, 12)
  })

  it('lowers the rate after epochs without improvement and continues from its saved state', () => {
    const training = { lr: 1, schedule: { name: 'reduce-on-plateau', patience: 1, factor: 0.5 } } as const
    const schedule = scheduleOf(training)
    for (const loss of [1, 2]) schedule.endEpoch(loss)
    expect(schedule.at(0).lr).toBe(1)
    const continued = scheduleOf({ ...training, plateau: schedule.plateau })
    continued.endEpoch(3)
    expect(continued.at(0).lr).toBe(0.5)
  })
})
