import { describe, expect, test } from 'vitest'
import { bootstrapInterval, chooseThreshold, type ThresholdRule } from '../src/index.ts'
import { rank } from '../src/ranking.ts'
import { resampledWeights } from '../src/resampled-counts.ts'
import { thresholdInterval } from '../src/threshold-interval.ts'
import { goldenCases } from './golden.ts'

const { targets, probabilities } = goldenCases[1]
const rows = targets.map((target, i) => ({ patientId: `${i >> 1}`, target, probability: probabilities[i] }))
const rankingOf = (some: typeof rows) =>
  rank(
    some.map(({ target }) => target),
    some.map(({ probability }) => probability),
    some.map(({ patientId }) => patientId),
  )

describe('thresholdInterval', () => {
  const rules: ThresholdRule[] = [
    { rule: 'reference' },
    { rule: 'reference', gridStep: 0.05 },
    { rule: 'sensitivity', at: 0.8 },
    { rule: 'specificity', at: 0.8 },
    { rule: 'recall-rate', at: 0.2 },
    { rule: 'utility', at: 0.1 },
  ]

  test.each(rules)('of %o is that of a bootstrap of rows', async (rule) => {
    const thresholdOf = (some: readonly (typeof rows)[number][]) =>
      chooseThreshold(
        some.map(({ target }) => target),
        some.map(({ probability }) => probability),
        some.map(({ patientId }) => patientId),
        rule,
      ).threshold
    const { low, high } = bootstrapInterval(rows, thresholdOf, { resamples: 40, seed: 7, level: 0.8 })
    const options = { resamples: 40, seed: 7, confidence: 0.8 }
    expect(await thresholdInterval(rankingOf(rows), rule, options)).toEqual({ low, high })
  })

  test('of f1 is that of the best F1, whose spread the rule is for', async () => {
    const options = { resamples: 40, seed: 7 }
    expect(await thresholdInterval(rankingOf(rows), { rule: 'f1' }, options)).toEqual(
      await thresholdInterval(rankingOf(rows), { rule: 'reference' }, options),
    )
  })

  test.each([
    [{ rule: 'specificity', at: 0.5 }, (positives: number) => positives === 1],
    [{ rule: 'sensitivity', at: 0.5 }, (positives: number) => positives > 0],
  ] as const)('of %o is null where most resamples lack a class that it needs', async (rule, has) => {
    const ranking = rank([1, 0], [0.8, 0.2], ['a', 'b'])
    const seen = new Set<boolean>()
    for (let seed = 0; seed < 40; seed++) {
      const options = { resamples: 4, seed }
      let complete = 0
      for (const [positives] of resampledWeights(2, options)) complete += Number(has(positives))
      const bounds = await thresholdInterval(ranking, rule, options)
      expect(bounds === null).toBe(complete < 2)
      if (bounds) expect(bounds.low <= bounds.high).toBe(true)
      seen.add(bounds === null)
    }
    expect(seen.size).toBe(2)
  })

  test('waits for its progress after every resample', async () => {
    let [started, ended] = [0, 0]
    const onResample = async () => {
      expect(started++).toBe(ended)
      await Promise.resolve()
      ended++
    }
    await thresholdInterval(rankingOf(rows), { rule: 'f1' }, { resamples: 20, onResample })
    expect([started, ended]).toEqual([20, 20])
  })
})
