import { readFileSync } from 'node:fs'
import { createRandom } from '@mammokit/seeded-random'
import { describe, expect, test } from 'vitest'
import {
  deLongTest,
  deLongVariance,
  holm,
  pairedPermutationTest,
  partialRocAuc,
  rocAuc,
  rocAucDifference,
  type SubgroupUnit,
  subgroupTest,
} from '../../src/index.ts'
import { normalTails } from '../../src/intervals/quantiles.ts'

type Model = 'grade' | 'score' | 'weak'

interface Recorded {
  readonly sample: Readonly<Record<Model | 'targets', number[]>>
  readonly pROC: Readonly<Record<'auc' | 'variance' | 'partialAreaTo10', Record<Model, number>>> & {
    readonly tests: { models: [Model, Model]; z: number; p: number; low: number; high: number }[]
  }
  readonly mcClish: { model: Model; maxFpr: number; value: number }[]
  readonly pairedPermutation: Record<'targets' | 'first' | 'second' | 'patients', number[]> & {
    value: number
    p: number
  }
  readonly independentPermutation: { found: number[]; level: number[]; p: number }
  readonly holm: { pValues: number[]; adjusted: number[] }
}

const recorded: Recorded = JSON.parse(readFileSync(new URL('../fixtures/comparisons.json', import.meta.url), 'utf8'))
const { sample, pROC, mcClish } = recorded
const { targets } = sample
const models = ['grade', 'score', 'weak'] as const

describe("DeLong's variance and test", () => {
  test.each(models)("have pROC's area and variance of %s, 1e-14", (model) => {
    expect(rocAuc(targets, sample[model])).toBeCloseTo(pROC.auc[model], 14)
    expect(deLongVariance(targets, sample[model]).variance).toBeCloseTo(pROC.variance[model], 14)
  })

  test.each(pROC.tests)("have pROC's Z, p and interval of $models", ({ models, z, p, low, high }) => {
    const tested = deLongTest(targets, sample[models[0]], sample[models[1]])
    expect(tested.z).toBeCloseTo(z, 12)
    expect(tested.pValue).toBeCloseTo(p, 13)
    expect(tested.low).toBeCloseTo(low, 13)
    expect(tested.high).toBeCloseTo(high, 13)
    const back = deLongTest(targets, sample[models[1]], sample[models[0]])
    expect([back.z, back.pValue]).toEqual([-tested.z, tested.pValue])
  })

  test('do not tell a score from itself, and count the breasts of a patient as dependent', () => {
    expect(deLongTest(targets, sample.grade, sample.grade)).toMatchObject({ value: 0, z: 0, pValue: 1 })
    const twice = <T>(values: readonly T[]) => [...values, ...values]
    const patients = targets.map((_, i) => `${i}`)
    const args = [twice(targets), twice(sample.grade), twice(sample.weak)] as const
    const asOne = deLongTest(targets, sample.grade, sample.weak)
    expect(deLongTest(...args, twice(patients)).standardError / asOne.standardError).toBeCloseTo(1, 12)
    expect(deLongTest(...args).standardError / asOne.standardError).toBeLessThan(0.75)
  })

  test('agree with the clustered bootstrap of the difference to a tenth of its length', () => {
    const patients = targets.map((_, i) => `${i}`)
    const { low, high } = rocAucDifference(targets, sample.grade, sample.weak, patients, { resamples: 2000 })
    const tested = deLongTest(targets, sample.grade, sample.weak)
    expect(Math.abs(low! - tested.low)).toBeLessThan(0.03)
    expect(Math.abs(high! - tested.high)).toBeLessThan(0.03)
  })
})

test.each(mcClish)("the partial area of $model to $maxFpr is scikit-learn's, 1e-12", ({ model, maxFpr, value }) => {
  expect(partialRocAuc(targets, sample[model], maxFpr).standardized).toBeCloseTo(value, 12)
})

test.each(models)("the partial area of %s above 90 %% specificity is pROC's", (model) => {
  expect(partialRocAuc(targets, sample[model], 0.1).area).toBeCloseTo(pROC.partialAreaTo10[model], 13)
})

test.each([
  [0, 1],
  [1.959963984540054, 0.05],
  [5, 5.733031437583878e-7], // scipy.stats.norm.sf(5) * 2
  [10, 1.523970604832105e-23],
])('the tails of a normal variable beyond %f are %f', (z, expected) => {
  expect(Math.abs(normalTails(z) / expected - 1)).toBeLessThan(1e-9)
})

describe('permutations', () => {
  const { first, second, value, p } = recorded.pairedPermutation
  const patients = recorded.pairedPermutation.patients.map(String)

  test('the exchange of two models by patient has the exact p-value of all 64, and nearly so when drawn', () => {
    const all = pairedPermutationTest(recorded.pairedPermutation.targets, first, second, patients)
    expect(all.value).toBeCloseTo(value, 12)
    expect(all.pValue).toBe(p)
    const drawn = pairedPermutationTest(recorded.pairedPermutation.targets, first, second, patients, {
      permutations: 62,
      seed: 3,
    })
    expect(Math.abs(drawn.pValue - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 62))
  })

  const { found, level, p: exact } = recorded.independentPermutation
  const units = found.map((call, i): SubgroupUnit => {
    return { patientId: `${i}`, target: 1, call: call === 1, value: `${level[i]}` }
  })

  test("subgroups of one breast a patient have the p-value of SciPy's exact permutation test", () => {
    const ps = Array.from({ length: 20 }, (_, seed) => subgroupTest(units, { permutations: 499, seed })!)
    const mean = ps.reduce((sum, x) => sum + x, 0) / ps.length
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / (499 * 20)) + 2 / 500)
  })

  test('a difference that is there is found, in cancers and in healthy breasts; one class may be left out', () => {
    const site = (target: number, value: string, calls: number, of: number): SubgroupUnit[] =>
      Array.from({ length: of }, (_, i) => ({ patientId: `${target} ${value} ${i}`, target, call: i < calls, value }))
    const missed = [
      ...site(1, 'A', 40, 60),
      ...site(1, 'B', 53, 60),
      ...site(0, 'A', 30, 300),
      ...site(0, 'B', 30, 300),
    ]
    // Summed over both tables' cells, weighted by scipy.stats.hypergeom.pmf.
    const exact = 0.01909923296120874
    const pValues = Array.from({ length: 20 }, (_, seed) => subgroupTest(missed, { seed })!)
    const mean = pValues.reduce((sum, x) => sum + x, 0) / pValues.length
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / (999 * 20)) + 1 / 1000)
    const alarms = [
      ...site(1, 'A', 40, 60),
      ...site(1, 'B', 40, 60),
      ...site(0, 'A', 30, 300),
      ...site(0, 'B', 70, 300),
    ]
    expect(subgroupTest(alarms)).toBeLessThan(0.01)
    expect(subgroupTest(alarms, { compares: 'sensitivity' })).toBe(1)
  })

  test('values within a patient, as views, are permuted within the patient', () => {
    const views = Array.from({ length: 80 }, (_, i): SubgroupUnit[] => {
      const unit = { patientId: `${i >> 1}`, target: 1 }
      return [
        { ...unit, call: i % 4 !== 0, value: 'CC' },
        { ...unit, call: i % 2 === 0, value: 'MLO' },
      ]
    }).flat()
    expect(subgroupTest(views)).toBeLessThan(0.01)
    expect(subgroupTest(views.map((unit) => ({ ...unit, call: unit.patientId < '2' })))).toBe(1)
  })

  test('is about uniform where there is no difference: below 0.1 in a tenth of the cases', () => {
    const pValues = Array.from({ length: 300 }, (_, seed) => {
      const random = createRandom(seed, 'null')
      const drawn = Array.from({ length: 120 }, (_, i): SubgroupUnit => {
        return { patientId: `${i >> 1}`, target: 1, call: random.chance(0.7), value: `${(i >> 1) % 3}` }
      })
      return subgroupTest(drawn, { permutations: 199, seed })!
    })
    const low = pValues.filter((pValue) => pValue <= 0.1).length / 300
    expect(low).toBeGreaterThan(0.04)
    expect(low).toBeLessThan(0.17)
  })

  test('there is nothing to compare of one value, or of calls that are all alike', () => {
    expect(subgroupTest(units.map((unit) => ({ ...unit, value: 'A' })))).toBeNull()
    expect(subgroupTest(units.map((unit) => ({ ...unit, call: true })))).toBeNull()
    expect(subgroupTest([])).toBeNull()
  })
})

test("Holm's adjustment is that of statsmodels, 1e-15", () => {
  const { pValues, adjusted } = recorded.holm
  for (const [i, value] of holm(pValues).entries()) expect(value).toBeCloseTo(adjusted[i], 15)
})
