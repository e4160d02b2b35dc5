import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../src/index.ts'
import { chiSquare, kolmogorovSmirnov, normalCdf } from './statistics.ts'

const count = 200_000

describe('bits', () => {
  it('sets every bit half of the time, alone and next to each other', () => {
    const random = createRandom(13, 'bits')
    const counts = Array.from({ length: 32 }, () => [0, 0, 0, 0])
    for (let i = 0; i < count; i++) {
      const bits = random.bits()
      for (let at = 0; at < 32; at++) counts[at][((bits >>> at) | (bits << (32 - at))) & 3]++
    }
    for (const pairs of counts) expect(chiSquare(pairs)).toBeGreaterThan(1e-4)
  })
})

describe('uniform', () => {
  it('is uniform from 0 to 1: Kolmogorov-Smirnov p > 1e-3', () => {
    const random = createRandom(13, 'uniform')
    const values = Float64Array.from({ length: count }, () => random.uniform())
    expect(kolmogorovSmirnov(values, (value) => value)).toBeGreaterThan(1e-3)
  })

  it('fills pairs and triples of successive draws evenly', () => {
    const random = createRandom(13, 'triples')
    const counts = new Array<number>(1000).fill(0)
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [random.uniform(0, 10), random.uniform(0, 10), random.uniform(0, 10)].map(Math.floor)
      counts[100 * x + 10 * y + z]++
    }
    expect(chiSquare(counts)).toBeGreaterThan(1e-4)
  })

  it('stays from low up to but not including high, however narrow the range', () => {
    const ends = fc.double({ noNaN: true, min: -1e300, max: 1e300 })
    fc.assert(
      fc.property(fc.nat(), ends, ends, (seed, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const value = createRandom(seed).uniform(low, high)
        expect(value >= low && (value < high || low === high)).toBe(true)
      }),
    )
    const random = createRandom(13, 'narrow')
    for (let i = 0; i < 1000; i++) expect(random.uniform(1, 1 + 2 ** -52)).toBe(1)
  })

  it.each([
    [1, 0],
    [Number.NaN, 1],
    [0, Infinity],
    [-Number.MAX_VALUE, Number.MAX_VALUE],
  ])('refuses %d to %d', (low, high) => {
    expect(() => createRandom(13).uniform(low, high)).toThrow(expect.objectContaining({ code: 'bad-value' }))
  })
})

describe('fillBelow', () => {
  it.each([1, 2, 1000, 2 ** 31 + 1, 3 * 2 ** 30, 2 ** 32])(
    'draws the numbers of as many calls of below %d',
    (limit) => {
      const [one, other] = [createRandom(13, 'fill'), createRandom(13, 'fill')]
      expect([...one.fillBelow(new Uint32Array(1000), limit)]).toEqual(
        Array.from({ length: 1000 }, () => other.below(limit)),
      )
      expect(one.fillBelow([7, 7], 5)).toEqual([other.below(5), other.below(5)])
      expect(one.bits()).toBe(other.bits())
    },
  )

  it('refuses what below refuses', () => {
    expect(() => createRandom(13).fillBelow([0], 0)).toThrow(expect.objectContaining({ code: 'bad-value' }))
  })
})

describe('below', () => {
  it.each([1, 2, 3, 7, 1000, 65_537, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32])(
    'is the remainder of 32 bits by %i, those rejected that would favor small numbers',
    (limit) => {
      const [random, bits] = [createRandom(13), createRandom(13)]
      for (let i = 0; i < 1000; i++) {
        let value = bits.bits()
        while (value >= 2 ** 32 - (2 ** 32 % limit)) value = bits.bits()
        expect(random.below(limit)).toBe(value % limit)
      }
    },
  )

  it.each([2, 3, 7, 10, 100])('makes each of %i numbers equally likely', (limit) => {
    const random = createRandom(13, 'below', limit)
    const counts = new Array<number>(limit).fill(0)
    for (let i = 0; i < count; i++) counts[random.below(limit)]++
    expect(chiSquare(counts)).toBeGreaterThan(1e-4)
  })

  it('has no bias where the limit does not divide 2^32: a plain remainder would double a third of 3 * 2^30', () => {
    const random = createRandom(13, 'bias')
    const counts = [0, 0, 0]
    for (let i = 0; i < count; i++) counts[Math.floor(random.below(3 * 2 ** 30) / 2 ** 30)]++
    expect(chiSquare(counts)).toBeGreaterThan(1e-4)
  })

  it('stays within its limit, up to 2^32', () => {
    const limits = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.constantFrom(1, 2 ** 31, 2 ** 32 - 1, 2 ** 32))
    fc.assert(
      fc.property(fc.nat(), limits, (seed, limit) => {
        const value = createRandom(seed).below(limit)
        expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true)
      }),
    )
    expect(createRandom(13).below(2 ** 32)).toBe(createRandom(13).bits())
  })

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN, Infinity])('refuses a limit of %d', (limit) => {
    expect(() => createRandom(13).below(limit)).toThrow('Expected a whole number from 1 to 2^32 for limit but received')
  })
})

describe('integer', () => {
  it('includes both ends, equally likely', () => {
    const random = createRandom(13, 'integer')
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < count; i++) counts[random.integer(-3, 3) + 3]++
    expect(chiSquare(counts)).toBeGreaterThan(1e-4)
    expect(random.integer(5, 5)).toBe(5)
  })

  it.each([
    [1, 0],
    [0.5, 2],
    [0, 2 ** 32],
    [0, Number.NaN],
  ])('refuses %d to %d', (low, high) => {
    expect(() => createRandom(13).integer(low, high)).toThrow(expect.objectContaining({ code: 'bad-value' }))
  })
})

describe('chance', () => {
  it.each([0.001, 0.3, 0.5, 0.97])('is true with probability %d', (probability) => {
    const random = createRandom(13, 'chance')
    let hits = 0
    for (let i = 0; i < count; i++) if (random.chance(probability)) hits++
    expect(Math.abs(hits / count - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / count))
  })

  it('is never true for 0 and always for 1', () => {
    const random = createRandom(13, 'ends')
    for (let i = 0; i < 10_000; i++) expect([random.chance(0), random.chance(1)]).toEqual([false, true])
  })

  it.each([-0.1, 1.1, Number.NaN])('refuses %d', (probability) => {
    expect(() => createRandom(13).chance(probability)).toThrow('Expected a number from 0 to 1 for probability')
  })
})

describe('normal', () => {
  it('is normally distributed: Kolmogorov-Smirnov p > 1e-3, also of its tails', () => {
    const random = createRandom(13, 'normal')
    const values = Float64Array.from({ length: count }, () => random.normal())
    expect(kolmogorovSmirnov(values, normalCdf)).toBeGreaterThan(1e-3)
    const tail = values.filter((value) => value > 2)
    const above = (value: number) => (normalCdf(value) - normalCdf(2)) / (1 - normalCdf(2))
    expect(kolmogorovSmirnov(tail, above)).toBeGreaterThan(1e-3)
  })

  it('has the mean and deviation asked for, and successive draws are uncorrelated', () => {
    const random = createRandom(13, 'moments')
    const values = Float64Array.from({ length: count }, () => random.normal(5, 2))
    const mean = values.reduce((sum, value) => sum + value, 0) / count
    const moment = (lag: number) =>
      values.reduce((sum, v, i) => sum + (v - 5) * ((values[i + lag] ?? 5) - 5), 0) / count
    expect(Math.abs(mean - 5)).toBeLessThan((4 * 2) / Math.sqrt(count))
    expect(Math.abs(moment(0) / 4 - 1)).toBeLessThan(4 * Math.sqrt(2 / count))
    for (const lag of [1, 2, 3]) expect(Math.abs(moment(lag) / 4)).toBeLessThan(4 / Math.sqrt(count))
  })
})

describe('pick', () => {
  it('picks by weight, and nothing without weight', () => {
    const random = createRandom(13, 'pick')
    const weights = { a: 1, b: 0, c: 3, d: 0 }
    const counts = { a: 0, b: 0, c: 0, d: 0 }
    const letters = Object.keys(weights) as (keyof typeof weights)[]
    for (let i = 0; i < 10_000; i++) counts[random.pick(letters, (letter) => weights[letter])]++
    expect([counts.b, counts.d]).toEqual([0, 0])
    expect(Math.abs(counts.c / 10_000 - 0.75)).toBeLessThan(4 * Math.sqrt(0.1875 / 10_000))
  })

  it('picks each item equally often without weights', () => {
    const random = createRandom(13, 'plain')
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < count; i++) counts[random.pick([0, 1, 2, 3, 4])]++
    expect(chiSquare(counts)).toBeGreaterThan(1e-4)
  })

  it('refuses no items, and weights that are none', () => {
    const random = createRandom(13)
    expect(() => random.pick([])).toThrow('Expected at least one item for items but received none')
    for (const wrong of [0, -1, Number.NaN, Infinity]) {
      expect(() => random.pick([wrong], (value) => value)).toThrow('with a sum above 0 for weights')
    }
  })
})

describe('shuffle', () => {
  it('makes each order of four equally likely', () => {
    const random = createRandom(13, 'shuffle')
    const counts = new Map<string, number>()
    for (let i = 0; i < 48_000; i++) {
      const order = random.shuffle([0, 1, 2, 3]).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expect(chiSquare([...counts.values()])).toBeGreaterThan(1e-4)
  })

  it('keeps the elements, in the same array, typed ones too', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.integer()), (seed, values) => {
        const shuffled = values.slice()
        expect(createRandom(seed).shuffle(shuffled)).toBe(shuffled)
        expect(shuffled.toSorted()).toEqual(values.toSorted())
        const typed = createRandom(seed).shuffle(Int32Array.from(values))
        expect([...typed]).toEqual(shuffled)
      }),
    )
  })
})
