import { expect, it } from 'vitest'
import { summarizeSubsets } from '../../src/index.ts'

it('counts patients, breasts, images and images with cancer of each subset that has any', () => {
  const row = (patientId: string, laterality: string, cancer: 0 | 1, subset: 'train' | 'test') => ({
    patientId,
    laterality,
    cancer,
    subset,
  })
  const rows = [
    row('1', 'L', 1, 'train'),
    row('1', 'L', 1, 'train'),
    row('1', 'R', 0, 'train'),
    row('2', 'L', 0, 'test'),
  ]
  expect(summarizeSubsets(rows)).toEqual([
    { subset: 'train', patients: 1, breasts: 2, images: 3, positives: 2 },
    { subset: 'test', patients: 1, breasts: 1, images: 1, positives: 0 },
  ])
})
