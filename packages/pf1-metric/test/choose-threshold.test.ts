import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thresholdByRule } from '../src/choose-threshold.ts'
import { cumulativeCounts } from '../src/cumulative-counts.ts'
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

  test('of f1 takes what is within a standard error over patients, by numeric derivatives of F1', () => {
    const f1s = all.map((t) =>
      pfBeta(
        targets,
        probabilities.map((p) => Number(p >= t)),
      ),
    )
    const best = Math.max(...f1s)
    const calls = probabilities.map((p) => Number(p >= all[f1s.lastIndexOf(best)]))
    // F1 is 2 sum(w target call) / sum(w (target + call)); by how much a weight of one moves it.
    const found = targets.reduce((sum, target, i) => sum + target * calls[i], 0)
    const both = targets.reduce((sum, target, i) => sum + target + calls[i], 0)
    const f1With = (i: number, weight: number) =>
      (2 * (found + weight * targets[i] * calls[i])) / (both + weight * (targets[i] + calls[i]))
    const moves = new Map<string, number>()
    for (const [i, patient] of patients.entries()) {
      const slope = (f1With(i, 1e-5) - f1With(i, -1e-5)) / 2e-5
      moves.set(patient, (moves.get(patient) ?? 0) + slope)
    }
    const squares = [...moves.values()].reduce((sum, move) => sum + move * move, 0)
    const least = best - Math.sqrt((moves.size / (moves.size - 1)) * squares)
    const good = [...all.keys()].filter((i) => f1s[i] >= least)
    expect(choose({ rule: 'f1' }).plateau).toEqual({ low: all[good[0] - 1] ?? 0, high: all[good.at(-1)!] })
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

describe('of negatives at 0.1 and 0.4 and positives at 0.35 and 0.8', () => {
  const [targets, probabilities] = [
    [0, 0, 1, 1],
    [0.1, 0.4, 0.35, 0.8],
  ]
  const alone = ['a', 'b', 'c', 'd']

  test.each([
    [{ rule: 'sensitivity', at: 0.9 }, 0.1, 0.35],
    [{ rule: 'sensitivity', at: 0.5 }, 0.4, 0.8],
    [{ rule: 'sensitivity', at: 0 }, 0.8, 1],
    [{ rule: 'specificity', at: 1 }, 0.4, 0.8],
    [{ rule: 'specificity', at: 0.5 }, 0.1, 0.35],
    [{ rule: 'specificity', at: 0 }, 0, 0.1],
    [{ rule: 'recall-rate', at: 0.5 }, 0.35, 0.4],
    [{ rule: 'recall-rate', at: 0.2 }, 0.8, 1],
    [{ rule: 'recall-rate', at: 1 }, 0, 0.1],
    // One cancer for no false alarm is as good as two for one, and better than none.
    [{ rule: 'utility', at: 1 }, 0.4, 0.8],
    [{ rule: 'utility', at: 0.5 }, 0.1, 0.35],
    [{ rule: 'reference' }, 0.1, 0.35],
  ] as const)('%o takes the middle of its plateau', (rule, low, high) => {
    const chosen = chooseThreshold(targets, probabilities, alone, rule)
    expect(chosen).toEqual({ threshold: expect.closeTo((low + high) / 2, 12), plateau: { low, high } })
  })

  test('f1 takes the middle in log-odds of what is within a standard error of the best', () => {
    // F1 is 2/3, 1/2, 4/5 and 2/3 from the highest probability down. Of one patient the variance is not known: the best alone.
    const together = chooseThreshold(targets, probabilities, ['a', 'a', 'a', 'a'], { rule: 'f1' })
    const odds = Math.sqrt((1 / 9) * (0.35 / 0.65))
    expect(together).toEqual({ threshold: expect.closeTo(odds / (1 + odds), 12), plateau: { low: 0.1, high: 0.35 } })
    // Of four the variance is 4/3 (0.08^2 + 0.16^2 + 0.08^2) = 0.0512: all from 0.8 - 0.226 on. 0 counts as 2^-24.
    const apart = chooseThreshold(targets, probabilities, alone, { rule: 'f1' })
    const lowest = Math.sqrt(4 / (2 ** 24 - 1))
    expect(apart).toEqual({ threshold: expect.closeTo(lowest / (1 + lowest), 12), plateau: { low: 0, high: 0.8 } })
  })
})

test('calls nobody where every call costs more than it finds', () => {
  expect(chooseThreshold([1, 0], [0.2, 0.7], ['a', 'b'], { rule: 'utility', at: 5 })).toEqual({
    threshold: expect.closeTo(0.85, 12),
    plateau: { low: 0.7, high: 1 },
  })
})

test('stays on a plateau between neighboring doubles', () => {
  for (const low of [0.0625, 0.125, 0.3, 0.5, 0.6, 0.7, 0.9, 0.99]) {
    const high = low + Number.EPSILON * 2 ** Math.floor(Math.log2(low))
    for (const rule of [{ rule: 'f1' }, { rule: 'sensitivity', at: 1 }] as const) {
      expect(chooseThreshold([0, 1], [low, high], ['a', 'a'], rule).threshold).toBe(high)
    }
  }
})

test('of counts alone, as of a resample, f1 is the best F1 itself', () => {
  const { targets, probabilities } = goldenCases[0]
  const { threshold, plateau } = sweepThresholds(targets, probabilities)
  expect(thresholdByRule(cumulativeCounts(targets, probabilities), { rule: 'f1' })).toEqual({ threshold, plateau })
})

test.each([
  [{ rule: 'sensitivity', at: 1.5 }, 1.5],
  [{ rule: 'specificity', at: -0.1 }, -0.1],
  [{ rule: 'recall-rate', at: Number.NaN }, Number.NaN],
  [{ rule: 'utility', at: -1 }, -1],
] as const)('refuses %o', (rule, value) => {
  expect(() => chooseThreshold([0, 1], [0.2, 0.7], ['a', 'b'], rule)).toThrow(
    expect.objectContaining({ code: 'bad-option', details: { option: 'at', value } }),
  )
})

test('needs a positive, and for specificity a negative', () => {
  for (const rule of [{ rule: 'f1' }, { rule: 'specificity', at: 0.5 }] as const) {
    expect(() => chooseThreshold([0, 0], [0.2, 0.7], ['a', 'b'], rule)).toThrow('positive sample for chooseThreshold')
  }
  expect(() => chooseThreshold([1, 1], [0.2, 0.7], ['a', 'b'], { rule: 'specificity', at: 0.5 })).toThrow(
    'at least one negative sample for chooseThreshold but received 0 of 2',
  )
  expect(chooseThreshold([1, 1], [0.2, 0.7], ['a', 'b'], { rule: 'sensitivity', at: 1 })).toEqual({
    threshold: 0.1,
    plateau: { low: 0, high: 0.2 },
  })
})
