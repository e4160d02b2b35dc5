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

  test('have an interval of the confidence that is asked for', () => {
    // scipy.stats.norm.ppf(0.95)
    const { value, standardError, low, high } = deLongTest(targets, sample.grade, sample.weak, undefined, {
      confidence: 0.9,
    })
    expect((high - value) / standardError).toBeCloseTo(1.6448536269514722, 12)
    expect((value - low) / standardError).toBeCloseTo(1.6448536269514722, 12)
  })

  test('are certain of scores that differ in no variance: one right of all pairs, the other of none', () => {
    const tested = deLongTest([1, 1, 0, 0], [4, 3, 2, 1], [1, 2, 3, 4])
    expect(tested).toMatchObject({ value: 1, standardError: 0, z: Number.POSITIVE_INFINITY, pValue: 0 })
  })

  test('have no variance where fewer than two patients have a cancer, or none', () => {
    expect(deLongVariance([1, 0, 0], [3, 2, 1])).toEqual({ value: 1, variance: Number.NaN })
    expect(deLongVariance([1, 1, 0, 0], [3, 1, 2, 1], ['a', 'a', 'b', 'c']).variance).toBeNaN()
    expect(deLongVariance([1, 1, 0, 0], [3, 1, 2, 1], ['a', 'b', 'c', 'c']).variance).toBeNaN()
  })

  test('reject groups of another number, and a confidence that is none', () => {
    expect(() => deLongVariance([1, 0], [2, 1], ['a'])).toThrow('received 1 groups and 2 targets')
    expect(() => deLongTest([1, 0], [2, 1], [1, 2], ['a'])).toThrow('received 1 groups and 2 targets')
    for (const confidence of [0, 1]) {
      expect(() => deLongTest([1, 0], [2, 1], [1, 2], ['a', 'b'], { confidence })).toThrow(
        `for confidence but received ${confidence}`,
      )
    }
    expect(() => deLongTest([1, 0], [2, 1], [1, Number.NaN])).toThrow('for scores[1] but received NaN')
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

test.each([0, 1.5, Number.NaN])('the partial area rejects a highest false positive rate of %s', (rate) => {
  expect(() => partialRocAuc([0, 1], [0, 1], rate)).toThrow(`for maxFalsePositiveRate but received ${rate}`)
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

  test('the exchange takes every permutation once where there are no more than are asked for', () => {
    const { targets } = recorded.pairedPermutation
    expect(pairedPermutationTest(targets, first, second, patients, { permutations: 63 }).pValue).toBe(p)
    // Of one, which is drawn, there are the samples as they are and another.
    const one = pairedPermutationTest(targets, first, second, patients, { permutations: 1 })
    expect([0.5, 1]).toContain(one.pValue)
    // A score that ranks better in each of two patients: four exchanges, two of which differ as much.
    expect(pairedPermutationTest([1, 0, 1, 0], [4, 1, 3, 2], [1, 4, 2, 3], ['a', 'a', 'b', 'b'])).toEqual({
      value: 1,
      pValue: 0.5,
    })
  })

  test('the exchange compares ranks: scores on another scale have the same p-value, drawn or not', () => {
    const { targets } = recorded.pairedPermutation
    const scaled = first.map((score) => Math.exp(score) * 1000 - 7)
    for (const permutations of [40, 63]) {
      const options = { permutations, seed: 5 }
      expect(pairedPermutationTest(targets, scaled, second, patients, options)).toEqual(
        pairedPermutationTest(targets, first, second, patients, options),
      )
    }
  })

  test('the exchange of a score with itself differs in no permutation, whose number is 999 with seed 13', () => {
    const { targets } = recorded.pairedPermutation
    const alone = targets.map((_, i) => `${i}`)
    expect(pairedPermutationTest(targets, first, first, alone)).toEqual({ value: 0, pValue: 1 })
    const found = pairedPermutationTest(targets, first, second, alone)
    expect(found).toEqual(pairedPermutationTest(targets, first, second, alone, { permutations: 999, seed: 13 }))
    expect(found.pValue * 1000).toBeCloseTo(Math.round(found.pValue * 1000), 9)
  })

  test.each([0, 1.5, 1e8])('reject %d permutations', (permutations) => {
    const message = `an integer from 1 to 10000000 for permutations but received ${permutations}`
    expect(() => pairedPermutationTest([1, 0], [2, 1], [1, 2], ['a', 'b'], { permutations })).toThrow(message)
    expect(() => subgroupTest([], { permutations })).toThrow(message)
  })

  test('name the lengths, the index and the value of what is wrong', () => {
    expect(() => pairedPermutationTest([1, 0], [2, 1], [1, 2], ['a'])).toThrow('received 1 groups and 2 targets')
    expect(() => pairedPermutationTest([1, 0], [2, 1], [1, Number.NaN], ['a', 'b'])).toThrow(
      'for scores[1] but received NaN',
    )
    const unit = { patientId: '1', target: 1, call: true, value: 'A' }
    expect(() => subgroupTest([unit, { ...unit, target: 2 }])).toThrow(
      expect.objectContaining({
        code: 'bad-target',
        message: expect.stringContaining('the target of unit 1 but received 2'),
        details: { index: 1, value: 2 },
      }),
    )
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

  test('no more are drawn than 50 that differ as much: the p-value is 50 of those drawn', () => {
    const same = (value: string) =>
      Array.from({ length: 4 }, (_, i): SubgroupUnit => {
        return { patientId: `${value} ${i}`, target: 1, call: i < 2, value }
      })
    // All permutations differ as much as no difference does.
    expect(subgroupTest([...same('A'), ...same('B')])).toBe(1)
    expect(subgroupTest([...same('A'), ...same('B')], { permutations: 49 })).toBe(1)
    // Two of two found and none of two: 2 of C(4, 2) = 6 tables differ as much.
    const apart = ['A', 'A', 'B', 'B'].map((value, i): SubgroupUnit => {
      return { patientId: `${i}`, target: 0, call: value === 'A', value }
    })
    const pValue = subgroupTest(apart)!
    const drawn = 50 / pValue
    expect(drawn).toBeCloseTo(Math.round(drawn), 9)
    // 50 of a share of 1/3 take 150 draws, with a deviation of sqrt(50 * 2/3) * 3.
    expect(Math.abs(drawn - 150)).toBeLessThan(4 * Math.sqrt((50 * 2) / 3) * 3)
    expect(subgroupTest(apart, { compares: 'sensitivity' })).toBeNull()
  })

  test('are 999 with seed 13 unless told otherwise', () => {
    expect(subgroupTest(units)).toBe(subgroupTest(units, { permutations: 999, seed: 13, compares: 'both' }))
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

test("Holm's adjustment takes numbers from 0 to 1, and none at all", () => {
  expect(holm([])).toEqual([])
  expect(holm([0, 1])).toEqual([0, 1])
  for (const bad of [-0.1, 1.1, Number.NaN]) {
    expect(() => holm([0.5, bad])).toThrow(`from 0 to 1 for pValues but received ${bad}`)
  }
})
