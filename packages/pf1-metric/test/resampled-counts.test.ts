import { expect, test } from 'vitest'
import {
  bootstrapInterval,
  chosenThreshold,
  figureOf,
  sensitivityAtSpecificity,
  sweepThresholds,
} from '../src/index.ts'
import { rank, weightedCounter } from '../src/ranking.ts'
import { resampledWeights } from '../src/resampled-counts.ts'
import { sensitivityOf } from '../src/roc.ts'
import { goldenCases } from './golden.ts'

const { targets, probabilities } = goldenCases[1]
const breasts = targets.map((target, i) => ({
  breastId: `${i >> 1}_${i % 2}`,
  patientId: `${i >> 1}`,
  laterality: `${i % 2}`,
  images: 1,
  target,
  probability: probabilities[i],
}))
type Breast = (typeof breasts)[number]
const targetsOf = (rows: readonly Breast[]) => rows.map((row) => row.target)
const probabilitiesOf = (rows: readonly Breast[]) => rows.map((row) => row.probability)

test('counts the resamples that bootstrapInterval draws as rows, one by one', () => {
  const patients = breasts.map(({ patientId }) => patientId)
  const ranking = rank(targets, probabilities, patients)
  const countOf = weightedCounter(ranking)
  const counted = Array.from(
    resampledWeights(ranking.groupCount, { resamples: 50, seed: 7 }),
    (weights) => sensitivityOf(countOf(weights), 0.9).sensitivity,
  )
  const drawn: number[] = []
  const statistic = (rows: readonly Breast[]) => {
    drawn.push(sensitivityAtSpecificity(targetsOf(rows), probabilitiesOf(rows), 0.9).sensitivity)
    return 0
  }
  bootstrapInterval(breasts, statistic, { resamples: 50, seed: 7 })
  expect(counted).toEqual(drawn.slice(1)) // the first is of all rows
})

test.each([{}, { gridStep: 0.01 }])('the threshold has the interval of a bootstrap of rows: %o', async (sweep) => {
  const thresholdOf = (rows: readonly Breast[]) =>
    sweepThresholds(targetsOf(rows), probabilitiesOf(rows), sweep).threshold
  const { value, low, high } = bootstrapInterval(breasts, thresholdOf, { resamples: 200, seed: 7 })
  expect(
    await figureOf(breasts, chosenThreshold({ rule: 'reference', ...sweep }), { resamples: 200, seed: 7 }),
  ).toEqual({ value, low, high })
})

test('draws as many groups as there are, 1000 times with seed 13 unless told otherwise', () => {
  const all = Array.from(resampledWeights(3), (weights) => [...weights])
  expect(all).toHaveLength(1000)
  expect(all).toEqual(Array.from(resampledWeights(3, { resamples: 1000, seed: 13 }), (weights) => [...weights]))
  for (const weights of all) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(3)
  // Each of 27 draws is as likely: (3, 0, 0) in one of them.
  const ofFirst = all.filter(([first]) => first === 3).length
  expect(Math.abs(ofFirst - 1000 / 27)).toBeLessThan(4 * Math.sqrt(1000 / 27))
})

test.each([0, 1.5, Number.NaN, 1e8])('rejects %d resamples', (resamples) => {
  expect(() => resampledWeights(3, { resamples }).next()).toThrow(
    `an integer from 1 to 10000000 for resamples but received ${resamples}`,
  )
})
