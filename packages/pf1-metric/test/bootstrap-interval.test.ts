import { describe, expect, test } from 'vitest'
import { bootstrapInterval, bootstrapIntervals, bootstrapSteps, MetricError, pfBeta, rocAuc } from '../src/index.ts'
import { goldenCases } from './golden.ts'

interface Row {
  patientId: string
  target: number
  probability: number
}

const { targets, probabilities } = goldenCases[0]
const rows: Row[] = targets.map((target, i) => ({ patientId: `${i >> 1}`, target, probability: probabilities[i] }))
const pf1 = (sample: readonly Row[]) =>
  pfBeta(
    sample.map((row) => row.target),
    sample.map((row) => row.probability),
  )
const auc = (sample: readonly Row[]) =>
  rocAuc(
    sample.map((row) => row.target),
    sample.map((row) => row.probability),
  )

describe('bootstrapSteps', () => {
  test('yields the number of resamples done, and ends with what bootstrapIntervals returns', () => {
    const options = { resamples: 3 }
    const steps = bootstrapSteps(rows, { pf1 }, options)
    for (const done of [1, 2, 3]) expect(steps.next()).toEqual({ done: false, value: done })
    expect(steps.next()).toEqual({ done: true, value: bootstrapIntervals(rows, { pf1 }, options) })
  })
})

describe('bootstrapInterval', () => {
  test('has the value of all rows, between its ends', () => {
    const interval = bootstrapInterval(rows, pf1)
    expect(interval.value).toBe(pf1(rows))
    expect(interval.low).toBeLessThan(interval.value)
    expect(interval.high).toBeGreaterThan(interval.value)
  })

  test('is the same for the same seed, and another for another', () => {
    expect(bootstrapInterval(rows, pf1, { seed: 7 })).toEqual(bootstrapInterval(rows, pf1, { seed: 7 }))
    expect(bootstrapInterval(rows, pf1, { seed: 8 })).not.toEqual(bootstrapInterval(rows, pf1, { seed: 7 }))
  })

  test('draws the same resamples on every platform', () => {
    const mean = (sample: readonly { x: number }[]) => sample.reduce((sum, row) => sum + row.x, 0) / sample.length
    const numbers = Array.from({ length: 10 }, (_, x) => ({ x }))
    const interval = bootstrapInterval(numbers, mean, { groupBy: (row) => `${row.x}`, seed: 13, resamples: 100 })
    expect(interval).toMatchInlineSnapshot(`
      {
        "high": 6.557499999999997,
        "low": 3.0475000000000003,
        "undefinedResamples": 0,
        "value": 4.5,
      }
    `)
  })

  test('covers the normal approximation of a mean, 4000 resamples, within 5 % of its width', () => {
    const numbers = Array.from({ length: 400 }, (_, i) => ({ id: `${i}`, x: Math.sin(i * 12.9898) }))
    const mean = (sample: readonly { x: number }[]) => sample.reduce((sum, row) => sum + row.x, 0) / sample.length
    const { value, low, high } = bootstrapInterval(numbers, mean, { groupBy: (row) => row.id, resamples: 4000 })
    const deviation = Math.sqrt(numbers.reduce((sum, row) => sum + (row.x - value) ** 2, 0) / numbers.length)
    const expected = (2 * 1.96 * deviation) / Math.sqrt(numbers.length)
    expect(Math.abs((high - low) / expected - 1)).toBeLessThan(0.05)
  })

  test('draws whole patients', () => {
    bootstrapInterval(
      rows,
      (sample) => {
        const counts = new Map<string, number>()
        for (const { patientId } of sample) counts.set(patientId, (counts.get(patientId) ?? 0) + 1)
        for (const count of counts.values()) expect(count % 2).toBe(0)
        return 0
      },
      { resamples: 20 },
    )
  })

  test('is wider for copies of a patient than for as many different rows', () => {
    const copies = rows.flatMap((row) => [row, row])
    const grouped = bootstrapInterval(copies, pf1)
    const apart = bootstrapInterval(
      copies.map((row, i) => ({ ...row, patientId: `${i}` })),
      pf1,
    )
    expect(grouped.high - grouped.low).toBeGreaterThan(apart.high - apart.low)
  })

  test('leaves out resamples without a positive and counts them', () => {
    const rare = rows.slice(0, 30).map((row, i) => ({ ...row, patientId: `${i}`, target: i === 3 ? 1 : 0 }))
    const interval = bootstrapInterval(rare, auc, { resamples: 200 })
    expect(interval.undefinedResamples).toBeGreaterThan(40)
    expect(interval.undefinedResamples).toBeLessThan(100)
    expect(interval.low).toBeLessThanOrEqual(interval.high)
  })

  test('leaves out resamples without a negative too, and passes on every other error', () => {
    const rare = rows.slice(0, 30).map((row, i) => ({ ...row, patientId: `${i}`, target: i === 3 ? 0 : 1 }))
    expect(bootstrapInterval(rare, auc, { resamples: 100 }).undefinedResamples).toBeGreaterThan(20)
    let calls = 0
    const failsLater = () => {
      if (++calls > 1) throw new MetricError('bad-value', 'broken')
      return 0
    }
    expect(() => bootstrapInterval(rows, failsLater, { resamples: 3 })).toThrow('broken')
  })

  test('gives several statistics over the same resamples', () => {
    const both = bootstrapIntervals(rows, { pf1, auc })
    expect(both.pf1).toEqual(bootstrapInterval(rows, pf1))
    expect(both.auc).toEqual(bootstrapInterval(rows, auc))
  })

  test('fails where most resamples have no value', () => {
    expect(() => bootstrapInterval(rows, () => Number.NaN)).toThrow('received 1000 of 1000 without a value')
  })

  test('passes on what the statistic throws', () => {
    const negatives = rows.map((row) => ({ ...row, target: 0 }))
    expect(() => bootstrapInterval(negatives, auc)).toThrow('Expected at least one positive sample for rocAuc')
    expect(() => bootstrapInterval([{ ...rows[0], probability: 2 }], pf1)).toThrow('probabilities[0] but received 2')
    let calls = 0
    const failsLater = () => {
      if (++calls > 1) throw new Error('broken')
      return 0
    }
    expect(() => bootstrapInterval(rows, failsLater)).toThrow('broken')
  })

  test('has an interval where exactly half of the resamples have a value', () => {
    let calls = 0
    // The first call is of all rows.
    const everyOther = () => (calls++ % 2 === 0 ? calls : Number.NaN)
    const interval = bootstrapInterval(rows, everyOther, { resamples: 10 })
    expect(interval).toMatchObject({ value: 1, undefinedResamples: 5 })
    calls = 1 // one resample fewer with a value
    const seldom = () => (calls++ % 3 === 0 ? calls : Number.NaN)
    expect(() => bootstrapInterval(rows, seldom, { resamples: 9 })).toThrow(
      expect.objectContaining({
        code: 'undefined-statistic',
        message: expect.stringMatching(/^Expected statistic to be defined .* received 6 of 9 without/),
        details: { undefinedResamples: 6, resamples: 9 },
      }),
    )
  })

  test('has the level that is asked for: quantiles of the resamples, straight between neighbors', () => {
    let calls = 0
    const rising = () => calls++ // 1 to 11 of the resamples
    expect(bootstrapInterval(rows, rising, { resamples: 11, level: 0.5 })).toEqual({
      value: 0,
      low: 3.5,
      high: 8.5,
      undefinedResamples: 0,
    })
  })

  test('of one resample is that resample', () => {
    let calls = 0
    expect(bootstrapInterval(rows, () => ++calls, { resamples: 1 })).toMatchObject({ value: 1, low: 2, high: 2 })
  })

  test('names bad options and rows', () => {
    expect(() => bootstrapInterval([], pf1)).toThrow('at least one row')
    expect(() => bootstrapInterval([], pf1)).toThrow(expect.objectContaining({ code: 'empty' }))
    expect(() => bootstrapInterval(rows, pf1, { resamples: 1.5 })).toThrow(
      'an integer from 1 to 10000000 for resamples',
    )
    for (const level of [0, 1]) {
      expect(() => bootstrapInterval(rows, pf1, { level })).toThrow(`level but received ${level}`)
    }
    const row = { patientId: 7 }
    expect(() => bootstrapInterval([row], () => 1)).toThrow(
      expect.objectContaining({ code: 'bad-option', details: { row } }),
    )
    expect(() => bootstrapInterval(rows, pf1, { resamples: 0 })).toThrow('resamples but received 0')
    expect(() => bootstrapInterval(rows, pf1, { level: 95 })).toThrow('level but received 95')
    expect(() => bootstrapInterval(rows, pf1, { seed: -1 })).toThrow('seed but received -1')
    expect(() => bootstrapInterval([{ x: 1 }], () => 1)).toThrow('patientId string in every row')
  })
})
