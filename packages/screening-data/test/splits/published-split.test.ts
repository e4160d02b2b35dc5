import { expect, test } from 'vitest'
import { publishedOverlaps, splitRows, summarizeSubsets } from '../../src/index.ts'
import { makeScreeningRows } from './screening-rows.ts'

/** 60 patients; the subset of each by the function. */
function rowsWith(subsetOf: (patient: number) => string) {
  return makeScreeningRows(60, 6).map((row) => {
    const published = subsetOf(Number(row.patientId.replace(/\D/g, '')))
    return { ...row, laterality: 'L', columns: { ...row.columns, published_subset: published, set: 'vindr-mammo' } }
  })
}

const isIn = (subset: string) => (row: { subset: string }) => row.subset === subset

test('each image is in the subset that it was published in, with folds outside the test part', () => {
  const rows = rowsWith((patient) => (patient % 5 === 0 ? 'test' : patient % 5 === 1 ? 'val' : 'train'))
  const split = splitRows(rows, { method: 'published', seed: 1 })
  expect(split.map(({ subset }) => subset)).toEqual(rows.map(({ columns }) => columns.published_subset))
  expect(new Set(split.filter(isIn('test')).map(({ fold }) => fold))).toEqual(new Set([null]))
  expect(new Set(split.filter((row) => row.subset !== 'test').map(({ fold }) => fold)).size).toBe(5)
})

test('a set without a validation part gets one from its training patients; its test part stays as it is', () => {
  const rows = rowsWith((patient) => (patient % 3 === 0 ? 'test' : 'train'))
  const split = splitRows(rows, { method: 'published', validationFraction: 0.2, seed: 1 })
  const test = rows.filter(({ columns }) => columns.published_subset === 'test').map(({ imageId }) => imageId)
  expect(split.filter(isIn('test')).map(({ imageId }) => imageId)).toEqual(test)
  const [train, val] = summarizeSubsets(split)
  expect([train!.patients, val!.patients]).toEqual([32, 8])
  expect(splitRows(rows, { method: 'published', validationFraction: 0.2, seed: 1 })).toEqual(split)
})

test('patients in two published subsets are an error that names them, or are left out', () => {
  const rows = rowsWith((patient) => (patient % 3 === 0 ? 'test' : 'train'))
  const [first] = rows
  const odd = { ...first!, imageId: 'odd', columns: { ...first!.columns, published_subset: 'val' } }
  const overlap = { patientId: first!.patientId, subsets: [first!.columns.published_subset, 'val'].sort() }
  expect(publishedOverlaps([...rows, odd])).toEqual([overlap])
  expect(() => splitRows([...rows, odd], { method: 'published' })).toThrow(
    `received 1 in several: ${first!.patientId} (${overlap.subsets.join(' and ')}).`,
  )
  const split = splitRows([...rows, odd], { method: 'published', publishedOverlap: 'drop' })
  expect(split.map(({ imageId }) => imageId)).toEqual(
    rows.filter(({ patientId }) => patientId !== first!.patientId).map(({ imageId }) => imageId),
  )
})

test.each([
  ['', 'received none.'],
  ['train', 'received train alone.'],
])('a set that was published as %j is refused by its name', (subset, message) => {
  const rows = rowsWith(() => subset)
  expect(() => splitRows(rows, { method: 'published' })).toThrow(message)
  expect(() => splitRows(rows, { method: 'published' })).toThrow('of vindr-mammo into train')
  expect(() => splitRows(rows, { method: 'published' })).toThrow(
    expect.objectContaining({ code: 'no-published-split' }),
  )
})

test('images that the set placed in no subset are refused', () => {
  const rows = rowsWith((patient) => ['train', 'test', ''][patient % 3]!)
  expect(() => splitRows(rows, { method: 'published' })).toThrow(/received none for \d+ of \d+ images/)
})
