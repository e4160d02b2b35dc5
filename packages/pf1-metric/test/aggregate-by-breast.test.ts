import { describe, expect, test } from 'vitest'
import { aggregateByBreast } from '../src/index.ts'

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
