import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseThreshold, confusionMatrix, pfBeta, sweepThresholds } from '../src/index.ts'
import { goldenCases } from './golden.ts'
import { labeled } from './samples.ts'

const patientsOf = (targets: readonly number[]) => targets.map((_, i) => `${i >> 1}`)

/** Sensitivity, specificity, share called, and calls, at a threshold. */
function at(targets: readonly number[], probabilities: readonly number[], threshold: number) {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusionMatrix(
    targets,
    probabilities,
    threshold,
  )
  return {
    sensitivity: truePositives / (truePositives + falseNegatives),
    specificity: trueNegatives / (trueNegatives + falsePositives),
    recallRate: (truePositives + falsePositives) / targets.length,
    utility: (cost: number) => truePositives - cost * falsePositives,
  }
}

describe.each(goldenCases)('chooseThreshold: $name', ({ targets, probabilities }) => {
  const patients = patientsOf(targets)
  const all = [...new Set(probabilities)].sort((a, b) => a - b)
  const choose = (...rule: [Parameters<typeof chooseThreshold>[3]]) =>
    chooseThreshold(targets, probabilities, patients, ...rule)

  test('of reference is the center of the best plateau, with and without a grid', () => {
    const { threshold, plateau } = sweepThresholds(targets, probabilities)
    expect(choose({ rule: 'reference' })).toEqual({ threshold, plateau })
    const grid = sweepThresholds(targets, probabilities, { gridStep: 0.001 })
    expect(choose({ rule: 'reference', gridStep: 0.001 })).toMatchObject({ threshold: grid.threshold })
  })

  test('of f1 lies between the first and the last threshold within a standard error of the best F1', () => {
    const { threshold, plateau } = choose({ rule: 'f1' })
    const reference = sweepThresholds(targets, probabilities)
    expect(plateau.low).toBeLessThanOrEqual(reference.plateau.low)
    expect(plateau.high).toBeGreaterThanOrEqual(reference.plateau.high)
    expect(threshold > plateau.low && threshold <= plateau.high).toBe(true)
    const f1 = (t: number) =>
      pfBeta(
        targets,
        probabilities.map((p) => Number(p >= t)),
      )
    const drop = (t: number) => reference.score - f1(t)
    const worst = Math.max(drop(plateau.high), drop(Math.min(...all.filter((p) => p > plateau.low))))
    for (const p of all) if (p > plateau.high) expect(drop(p)).toBeGreaterThan(worst)
  })

  test('of sensitivity, specificity and recall rate keeps its side, and no other threshold does better', () => {
    for (const share of [0.5, 0.9, 0.95]) {
      const bySensitivity = at(targets, probabilities, choose({ rule: 'sensitivity', at: share }).threshold)
      expect(bySensitivity.sensitivity).toBeGreaterThanOrEqual(share)
      const bySpecificity = at(targets, probabilities, choose({ rule: 'specificity', at: share }).threshold)
      expect(bySpecificity.specificity).toBeGreaterThanOrEqual(share)
      const byRecall = at(targets, probabilities, choose({ rule: 'recall-rate', at: share / 10 }).threshold)
      expect(byRecall.recallRate).toBeLessThanOrEqual(share / 10)
      for (const p of all) {
        const other = at(targets, probabilities, p)
        if (other.sensitivity >= share) expect(other.specificity).toBeLessThanOrEqual(bySensitivity.specificity)
        if (other.specificity >= share) expect(other.sensitivity).toBeLessThanOrEqual(bySpecificity.sensitivity)
        if (other.recallRate <= share / 10) expect(other.recallRate).toBeLessThanOrEqual(byRecall.recallRate)
      }
    }
  })

  test('of utility has the most, whatever a false alarm costs', () => {
    for (const cost of [0, 0.02, 0.5, 3]) {
      const chosen = at(targets, probabilities, choose({ rule: 'utility', at: cost }).threshold).utility(cost)
      for (const p of all) expect(at(targets, probabilities, p).utility(cost)).toBeLessThanOrEqual(chosen + 1e-9)
      expect(chosen).toBeGreaterThanOrEqual(0)
    }
  })
})

test('every rule gives a threshold from 0 to 1 that calls as its whole plateau does', () => {
  const rules = (['sensitivity', 'specificity', 'recall-rate', 'utility'] as const).map((rule) => ({ rule, at: 0.7 }))
  fc.assert(
    fc.property(labeled, fc.constantFrom(...rules), ({ targets, probabilities }, rule) => {
      fc.pre(targets.includes(0) && targets.includes(1))
      const { threshold, plateau } = chooseThreshold(targets, probabilities, patientsOf(targets), rule)
      expect(threshold >= 0 && threshold <= 1).toBe(true)
      // At 1 a certainty is called; nobody can be called above it.
      fc.pre(!(plateau.high === 1 && plateau.low === 1))
      const calls = (t: number) => probabilities.map((p) => p >= t)
      expect(calls(plateau.high)).toEqual(calls(threshold))
    }),
  )
})

test.each([
  [{ rule: 'sensitivity', at: 1.5 }, 'bad-option'],
  [{ rule: 'utility', at: -1 }, 'bad-option'],
] as const)('refuses %o', (rule, code) => {
  expect(() => chooseThreshold([0, 1], [0.2, 0.7], ['a', 'b'], rule)).toThrow(expect.objectContaining({ code }))
})
