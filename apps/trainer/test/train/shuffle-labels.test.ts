import { expect, test } from 'vitest'
import { shuffleLabels } from '../../src/train/shuffle-labels.ts'

/** 200 patients, a third with cancer on the left; two images of each breast. */
const rows = Array.from({ length: 800 }, (_, i) => {
  const [patient, laterality] = [i >> 2, (i >> 1) % 2 === 0 ? 'L' : 'R']
  const target = patient % 3 === 0 && laterality === 'L' ? (1 as const) : (0 as const)
  return { imageId: `${i}`, patientId: `${patient}`, laterality, target, labels: [patient % 4, target] }
})

test('as many breasts have cancer as before, the images of a breast agree, and auxiliary labels go along', () => {
  const shuffled = shuffleLabels(rows, 13)
  expect(shuffled.map(({ imageId }) => imageId)).toEqual(rows.map(({ imageId }) => imageId))
  expect(shuffled.filter(({ target }) => target === 1)).toHaveLength(rows.filter(({ target }) => target === 1).length)
  for (let i = 0; i < rows.length; i += 2) expect(shuffled[i].labels).toEqual(shuffled[i + 1].labels)
  expect(shuffled.every(({ target, labels }) => labels[1] === target)).toBe(true)
})

test('labels say nothing of those that were there: as many cancers are kept as chance keeps', () => {
  const kept = Array.from({ length: 50 }, (_, seed) => {
    const shuffled = shuffleLabels(rows, seed)
    return rows.filter(({ target }, i) => target === 1 && shuffled[i].target === 1).length / 2
  })
  const cancers = rows.filter(({ target }) => target === 1).length / 2
  const mean = kept.reduce((sum, count) => sum + count, 0) / kept.length
  // Hypergeometric: 67 of 400 breasts, drawn 67 times; its variance is 7.8.
  expect(Math.abs(mean - cancers ** 2 / 400)).toBeLessThan(4 * Math.sqrt(7.8 / kept.length))
})

test('one seed gives one order of labels, another seed another one', () => {
  const targetsOf = (seed: number) => shuffleLabels(rows, seed).map(({ target }) => target)
  expect(targetsOf(13)).toEqual(targetsOf(13))
  expect(targetsOf(13)).not.toEqual(targetsOf(14))
})
