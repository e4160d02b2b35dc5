import { describe, expect, test } from 'vitest'
import { aggregateBreasts, aggregateByBreast, groupByBreast } from '../src/index.ts'

const rows = [
  { patientId: '7', laterality: 'L', target: 1, probability: 0.75 },
  { patientId: '7', laterality: 'R', target: 0, probability: 0.125 },
  { patientId: '7', laterality: 'L', target: 1, probability: 0.25 },
  { patientId: '8', laterality: 'L', target: 0, probability: 0.5 },
]

describe('aggregateByBreast', () => {
  test.each([
    ['mean', 0.5],
    ['max', 0.75],
    ['min', 0.25],
  ] as const)('takes the %s of the images of a breast', (method, probability) => {
    const [first, ...others] = aggregateByBreast(rows, { method })
    expect(first).toEqual({ breastId: '7_L', patientId: '7', laterality: 'L', target: 1, probability, images: 2 })
    expect(others.map(({ breastId }) => breastId)).toEqual(['7_R', '8_L'])
  })

  test('takes the mean by default', () => {
    expect(aggregateByBreast(rows)).toEqual(aggregateByBreast(rows, { method: 'mean' }))
  })

  test('names the breast and both rows where labels disagree', () => {
    expect(() =>
      aggregateByBreast([...rows, { patientId: '8', laterality: 'L', target: 1, probability: 0.9 }]),
    ).toThrow('Expected one label for breast 8_L but received 0 in row 3 and 1 in row 4.')
  })

  test('names the row of a bad target or probability', () => {
    expect(() => aggregateByBreast([{ ...rows[0], target: 2 }])).toThrow('target of row 0 but received 2')
    expect(() => aggregateByBreast([rows[0], { ...rows[1], probability: Number.NaN }])).toThrow(
      'probability of row 1 but received NaN',
    )
  })

  test.each([
    ['mean', 0.5],
    ['max', 1],
    ['min', 0],
  ] as const)('takes the %s of 200,000 images of one breast', (method, probability) => {
    const images = Array.from({ length: 200_000 }, (_, i) => ({ ...rows[0], probability: i % 2 }))
    expect(aggregateByBreast(images, { method })).toMatchObject([{ probability, images: 200_000 }])
  })

  test('keeps apart breasts whose ids join to the same text', () => {
    const images = [
      { patientId: '1_L', laterality: 'R', target: 1, probability: 0.75 },
      { patientId: '1', laterality: 'L_R', target: 0, probability: 0.25 },
    ]
    expect(aggregateByBreast(images)).toMatchObject(images)
  })

  test('rejects another method', () => {
    expect(() => aggregateByBreast(rows, { method: 'median' as 'mean' })).toThrow(
      'mean, max or min for method but received median',
    )
  })

  test('returns no breasts for no images', () => {
    expect(aggregateByBreast([])).toEqual([])
  })
})

test('errors have a code and the values that they name', () => {
  const other = { patientId: '8', laterality: 'L', target: 1, probability: 0.9 }
  expect(() => aggregateByBreast([...rows, other])).toThrow(
    expect.objectContaining({
      code: 'labels-disagree',
      details: { breastId: '8_L', index: 4, value: 1, firstIndex: 3, firstValue: 0 },
    }),
  )
  expect(() => groupByBreast([rows[0], { ...rows[1], target: 2 }])).toThrow(
    expect.objectContaining({ code: 'bad-target', details: { index: 1, value: 2 } }),
  )
  for (const probability of [-0.01, 1.01]) {
    expect(() => aggregateByBreast([rows[0], { ...rows[1], probability }])).toThrow(
      expect.objectContaining({ code: 'bad-value', details: { index: 1, value: probability } }),
    )
  }
  expect(() => aggregateByBreast(rows, { method: 'median' as 'mean' })).toThrow(
    expect.objectContaining({ code: 'bad-option', details: { option: 'method', value: 'median' } }),
  )
})

describe('aggregateBreasts', () => {
  test('has one probability for each breast of groupByBreast, for many sets of them', () => {
    const groups = groupByBreast(rows)
    expect([...groups.breastOf]).toEqual([0, 1, 0, 2])
    expect(groups.breasts.map(({ breastId, images }) => [breastId, images])).toEqual([
      ['7_L', 2],
      ['7_R', 1],
      ['8_L', 1],
    ])
    expect([...aggregateBreasts(groups, [0, 1, 1, 0.25])]).toEqual([0.5, 1, 0.25])
    expect([...aggregateBreasts(groups, [0, 1, 1, 0.25], { method: 'max' })]).toEqual([1, 1, 0.25])
    expect([...aggregateBreasts(groups, [0, 1, 1, 0.25], { method: 'min' })]).toEqual([0, 1, 0.25])
  })

  test('rejects probabilities of another number', () => {
    expect(() => aggregateBreasts(groupByBreast(rows), [0.5])).toThrow(
      expect.objectContaining({
        code: 'length-mismatch',
        message: expect.stringContaining('received 1 and 4'),
        details: { probabilities: 1, images: 4 },
      }),
    )
  })
})
