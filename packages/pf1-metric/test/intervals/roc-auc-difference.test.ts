import { describe, expect, test } from 'vitest'
import { rocAucDifference } from '../../src/index.ts'
import { resampledWeights } from '../../src/resampled-counts.ts'

describe('rocAucDifference', () => {
  test('has an interval where at least half of the resamples have both classes', () => {
    const seen = new Set<number>()
    for (let seed = 0; seed < 40; seed++) {
      const options = { resamples: 4, seed }
      // Of two patients, one with a cancer: both have to be drawn.
      let complete = 0
      for (const [first] of resampledWeights(2, options)) if (first === 1) complete++
      seen.add(complete)
      const ends = complete >= 2 ? 1 : null
      const found = rocAucDifference([1, 0], [1, 0], [0, 1], ['a', 'b'], options)
      expect(found).toEqual({ value: 1, low: ends, high: ends })
    }
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  test.each([0, 1, 95])('rejects a confidence of %d', (confidence) => {
    expect(() => rocAucDifference([1, 0], [1, 0], [0, 1], ['a', 'b'], { confidence })).toThrow(
      `for confidence but received ${confidence}`,
    )
  })
})
