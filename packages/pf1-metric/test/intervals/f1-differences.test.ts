import { createRandom } from '@mammokit/seeded-random'
import { expect, test } from 'vitest'
import { bootstrapInterval, f1Differences, pfBeta } from '../../src/index.ts'

/** Two sets of calls of the breasts of 150 patients, the first right more often. */
function sample() {
  const random = createRandom(3, 'calls')
  const rows = Array.from({ length: 300 }, (_, i) => {
    const target = Number(random.chance(0.2))
    const call = (right: number) => (random.chance(right) ? target : 1 - target)
    return { patientId: `${i >> 1}`, target, first: call(0.95), second: call(0.85) }
  })
  const column = (name: 'target' | 'first' | 'second') => rows.map((row) => row[name])
  return { rows, targets: column('target'), first: column('first'), second: column('second') }
}

test('draws the resamples of bootstrapInterval, |delta| <= 1e-12', () => {
  const { rows, targets, first, second } = sample()
  const of = (some: readonly (typeof rows)[number][], name: 'first' | 'second') =>
    pfBeta(
      some.map((row) => row.target),
      some.map((row) => row[name]),
    )
  const expected = bootstrapInterval(rows, (some) => of(some, 'first') - of(some, 'second'), {
    resamples: 200,
    seed: 5,
  })
  const groups = rows.map(({ patientId }) => patientId)
  const [found] = f1Differences(targets, first, [second], groups, { resamples: 200, seed: 5 })
  for (const key of ['value', 'low', 'high'] as const)
    expect(Math.abs(found[key]! - expected[key])).toBeLessThanOrEqual(1e-12)
  expect(found.low).toBeGreaterThan(0)
})

test('is 0 of calls with themselves, and changes its sign with their order', () => {
  const { rows, targets, first, second } = sample()
  const groups = rows.map(({ patientId }) => patientId)
  expect(f1Differences(targets, first, [first], groups)).toEqual([{ value: 0, low: 0, high: 0 }])
  const [there] = f1Differences(targets, first, [second], groups)
  const [back] = f1Differences(targets, second, [first], groups)
  expect(back.value).toBeCloseTo(-there.value!, 12)
  expect(back.low).toBeCloseTo(-there.high!, 12)
})

test('has the confidence that is asked for, of samples that may lack cancers and calls', () => {
  const rows = [
    { patientId: 'a', target: 1, first: 1, second: 1 },
    { patientId: 'b', target: 0, first: 0, second: 1 },
    { patientId: 'c', target: 0, first: 0, second: 0 },
    { patientId: 'd', target: 1, first: 1, second: 0 },
  ]
  const of = (some: readonly (typeof rows)[number][], name: 'first' | 'second') =>
    pfBeta(
      some.map((row) => row.target),
      some.map((row) => row[name]),
    )
  const columns = [
    rows.map((row) => row.target),
    rows.map((row) => row.first),
    [rows.map((row) => row.second)],
  ] as const
  const groups = rows.map(({ patientId }) => patientId)
  for (const level of [0.2, 0.6, 0.95]) {
    const { value, low, high } = bootstrapInterval(rows, (some) => of(some, 'first') - of(some, 'second'), { level })
    expect(f1Differences(...columns, groups, { confidence: level })).toEqual([
      { value, low: expect.closeTo(low, 12), high: expect.closeTo(high, 12) },
    ])
  }
  for (const confidence of [0, 1]) {
    expect(() => f1Differences(...columns, groups, { confidence })).toThrow(`for confidence but received ${confidence}`)
  }
  expect(() => f1Differences(...columns, ['a'])).toThrow('received 1 groups and 4 targets')
})
