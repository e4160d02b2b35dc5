import { describe, expect, test } from 'vitest'
import {
  averagePrecision,
  averagePrecisionInterval,
  type BreastSample,
  brierInterval,
  brierScore,
  clopperPearson,
  effectiveCounts,
  expectedCalibrationError,
  f1Interval,
  figuresOf,
  logLoss,
  logLossInterval,
  numberGroups,
  pf1Interval,
  pfBeta,
  rocAuc,
  rocAucInterval,
  sensitivityAtSpecificity,
  sensitivityAtSpecificityInterval,
  statisticsAt,
} from '../src/index.ts'
import { countsOf, rank } from '../src/ranking.ts'
import { goldenCases } from './golden.ts'

const resampling = { resamples: 40, seed: 3 }

describe('statisticsAt', () => {
  test('has the values and intervals of the functions one by one', async () => {
    const { targets, probabilities } = goldenCases[1]
    const patients = targets.map((_, i) => `${i >> 1}`)
    const threshold = probabilities[7]
    const breasts = targets.map((target, i) => ({
      breastId: `${patients[i]}_${i % 2}`,
      patientId: patients[i],
      laterality: `${i % 2}`,
      images: 1,
      target,
      probability: probabilities[i],
    }))
    const calls = probabilities.map((p) => Number(p >= threshold))
    const args = [targets, probabilities, patients] as const
    const share = (counted: (i: number) => boolean, success: (i: number) => boolean) => {
      const members = [...targets.keys()].filter(counted)
      const outcomes = members.map((i) => Number(success(i)))
      const { successes, trials } = effectiveCounts(
        outcomes,
        members.map((i) => patients[i]),
      )
      return { value: outcomes.filter((x) => x === 1).length / members.length, ...clopperPearson(successes, trials) }
    }
    const isCancer = (i: number) => targets[i] === 1
    const isCalled = (i: number) => calls[i] === 1
    const sensitivityAt = async (specificity: number) => ({
      value: sensitivityAtSpecificity(targets, probabilities, specificity).sensitivity,
      ...(await sensitivityAtSpecificityInterval(...args, specificity, resampling)),
    })
    const none = { low: null, high: null }
    expect(await figuresOf(breasts, statisticsAt(threshold), resampling)).toEqual({
      pf1: { value: pfBeta(targets, probabilities), ...pf1Interval(...args) },
      pf1AtThreshold: { value: pfBeta(targets, calls), ...f1Interval(targets, calls, patients) },
      rocAuc: { value: rocAuc(targets, probabilities), ...rocAucInterval(...args) },
      averagePrecision: { value: averagePrecision(targets, probabilities), ...averagePrecisionInterval(...args) },
      sensitivityAtSpecificity90: await sensitivityAt(0.9),
      sensitivityAtSpecificity95: await sensitivityAt(0.95),
      specificityAtSensitivity90: { value: expect.closeTo(goldenCases[1].specificityAtSensitivity90, 12), ...none },
      sensitivity: share(isCancer, isCalled),
      specificity: share(
        (i) => !isCancer(i),
        (i) => !isCalled(i),
      ),
      ppv: share(isCalled, isCancer),
      npv: share(
        (i) => !isCalled(i),
        (i) => !isCancer(i),
      ),
      recallRate: share(() => true, isCalled),
      detectionRate: share(
        () => true,
        (i) => isCancer(i) && isCalled(i),
      ),
      logLoss: { value: logLoss(targets, probabilities), ...logLossInterval(...args) },
      brier: { value: brierScore(targets, probabilities), ...brierInterval(...args) },
      ece: { value: expectedCalibrationError(targets, probabilities), ...none },
    })
  })

  test('names the statistic that lacks a class', () => {
    const statistics = statisticsAt(0.5)
    const sampleOf = (target: number): BreastSample => {
      const [targets, probabilities] = [
        [target, target],
        [0.2, 0.7],
      ]
      const { numbers } = numberGroups(['a', 'b'])
      const ranking = rank(targets, probabilities, numbers)
      return {
        targets,
        probabilities,
        patients: () => numbers,
        ranking: () => ranking,
        counts: () => countsOf(ranking),
      }
    }
    for (const target of [0, 1]) {
      const missing = target === 0 ? 'positive' : 'negative'
      const sample = sampleOf(target)
      expect(() => statistics.rocAuc.value(sample)).toThrow(`at least one ${missing} sample for rocAuc but`)
      expect(() => statistics.sensitivityAtSpecificity90.value(sample)).toThrow(
        `at least one ${missing} sample for sensitivityAtSpecificity but`,
      )
    }
    expect(() => statistics.averagePrecision.value(sampleOf(0))).toThrow('positive sample for averagePrecision but')
    expect(statistics.averagePrecision.value(sampleOf(1))).toBe(1)
  })
})
