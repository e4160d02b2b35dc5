import { describe, expect, test } from 'vitest'
import type { Calibration } from '../../src/calibration/calibration.ts'
import { type CalibrationFit, chooseByHeldOutLoss, meanDifference } from '../../src/calibration/held-out-loss.ts'

/** The same probability for everything. */
const constant = (probability: number): Calibration => {
  return { method: 'platt', slope: 0, intercept: Math.log(probability / (1 - probability)) }
}
const always = (name: string, probability: number): CalibrationFit<string> => {
  return { name, fit: () => constant(probability) }
}
const alone = (targets: readonly number[]) => {
  return { targets, logOdds: targets.map(() => 0), groups: targets.map((_, i) => `${i}`) }
}

describe('chooseByHeldOutLoss', () => {
  test('judges each part of the groups by a fit on the others', () => {
    const groups = Array.from({ length: 12 }, (_, i) => `${i >> 1}`)
    const targets = groups.map((_, i) => i % 2)
    const logOdds = groups.map((_, i) => i) // by which a fit tells its samples
    const given: number[][] = []
    const fit = (some: ArrayLike<number>, odds: ArrayLike<number>) => {
      expect(Array.from(some)).toEqual(Array.from(odds, (i) => targets[i]))
      given.push(Array.from(odds))
      return constant(given.length / 10)
    }
    const { chosen, tried } = chooseByHeldOutLoss([{ name: 'only', fit }], { targets, logOdds, groups }, { folds: 3 })
    const [all, ...parts] = given
    expect(all).toEqual(logOdds)
    expect(parts).toHaveLength(3)
    const held = parts.map((part) => logOdds.filter((i) => !part.includes(i)))
    expect(held.flat().sort((a, b) => a - b)).toEqual(logOdds)
    for (const part of held) {
      expect(part).toHaveLength(4)
      expect(new Set(part.map((i) => groups[i])).size).toBe(2)
    }
    expect(chosen.calibration).toEqual(constant(0.1)) // that of all samples
    for (const [number, part] of held.entries()) {
      const probability = (number + 2) / 10
      for (const i of part) {
        expect(chosen.losses[i]).toBeCloseTo(-Math.log(targets[i] === 1 ? probability : 1 - probability), 12)
      }
    }
    expect(tried).toEqual([chosen])
    expect(chosen.logLoss).toBeCloseTo(chosen.losses.reduce((sum, loss) => sum + loss, 0) / 12, 12)
  })

  test('fits no part that is empty: two groups of five parts are two', () => {
    let fits = 0
    const fit = () => {
      fits++
      return constant(0.5)
    }
    chooseByHeldOutLoss([{ name: 'only', fit }], alone([0, 1]))
    expect(fits).toBe(1 + 2)
  })

  test('takes the least loss where it is certain, whatever its place', () => {
    const data = alone(Array(10).fill(1))
    const fits = [always('half', 0.5), always('more', 0.6), always('less', 0.4)]
    const { chosen, tried } = chooseByHeldOutLoss(fits, data)
    expect(chosen.name).toBe('more')
    expect(tried.map(({ name }) => name)).toEqual(['half', 'more', 'less'])
    for (const [i, p] of [0.5, 0.6, 0.4].entries()) expect(tried[i].logLoss).toBeCloseTo(-Math.log(p), 12)
    expect(chooseByHeldOutLoss([...fits].reverse(), data).chosen.name).toBe('more')
  })

  test('keeps an earlier one whose difference is below its standard error', () => {
    // Of 6 cancers in 10: 0.020 less of a loss for 0.6 than for 0.5, with a standard error of 0.063.
    const few = alone([1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
    const fits = [always('half', 0.5), always('more', 0.6)]
    expect(chooseByHeldOutLoss(fits, few).chosen.name).toBe('half')
    expect(chooseByHeldOutLoss([...fits].reverse(), few).chosen.name).toBe('more')
    // Of 600 in 1000 the error is 0.0063.
    const many = alone(Array.from({ length: 1000 }, (_, i) => Number(i % 5 < 3)))
    expect(chooseByHeldOutLoss(fits, many).chosen.name).toBe('more')
  })

  test('leaves out what does not fit all samples, or those without a part', () => {
    const whenAll = (count: number): CalibrationFit<string> => {
      return { name: 'all', fit: (targets) => (targets.length === count ? constant(0.9) : null) }
    }
    const none: CalibrationFit<string> = { name: 'none', fit: () => null }
    const { tried } = chooseByHeldOutLoss([always('half', 0.5), whenAll(4), none], alone([1, 1, 1, 1]))
    expect(tried.map(({ name }) => name)).toEqual(['half'])
  })
})

test('the standard error of a mean difference is that of the sums over groups', () => {
  // 1.5 on average; differences from it are 0.5 and -1.5 of the first group, -0.5 and 1.5 of the second: sums of -1 and 1.
  const of = (groups: readonly string[]) =>
    meanDifference(Float64Array.of(3, 1, 2, 4), Float64Array.of(1, 1, 1, 1), groups)
  expect(of(['a', 'a', 'b', 'b'])).toEqual({ mean: 1.5, deviation: Math.sqrt(2 / 4 ** 2) })
  expect(of(['a', 'b', 'c', 'd'])).toEqual({ mean: 1.5, deviation: Math.sqrt(5 / 4 ** 2) })
})
