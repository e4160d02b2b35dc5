import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, RandomError } from '../src/index.ts'
import { streamState } from '../src/stream-state.ts'
import { chiSquare } from './statistics.ts'

const seeds = fc.oneof(fc.maxSafeNat(), fc.nat(100))
const names = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 })), {
  maxLength: 5,
})
const first = (seed: number, ...stream: (string | number)[]) => {
  const random = createRandom(seed, ...stream)
  return [random.bits(), random.bits(), random.bits(), random.bits()]
}

describe('createRandom', () => {
  it('draws the same numbers for the same seed and names', () => {
    fc.assert(
      fc.property(seeds, names, (seed, stream) => {
        expect(first(seed, ...stream)).toEqual(first(seed, ...stream))
      }),
    )
  })

  it('keeps to the numbers of its first version', () => {
    expect(first(0)).toEqual([2044718563, 1824359663, 2879447331, 1414439520])
    expect(first(13, 'die', 0)).toEqual([3975044232, 3040400333, 839497079, 532347626])
    expect(first(2 ** 53 - 1, 'größe', -1)).toEqual([2755925953, 2572605698, 3637711155, 720212978])
  })

  it('gives any two different seeds and names different streams', () => {
    fc.assert(
      fc.property(seeds, names, seeds, names, (seed, stream, otherSeed, others) => {
        fc.pre(JSON.stringify([seed, stream]) !== JSON.stringify([otherSeed, others]))
        expect(streamState(seed, stream)).not.toEqual(streamState(otherSeed, others))
      }),
    )
  })

  it('tells apart names that are alike', () => {
    const alike: (string | number)[][] = [
      [],
      [''],
      ['', ''],
      ['\0'],
      ['\0\0'],
      [0],
      ['0'],
      [0, 0],
      [0, 0, 0, 0],
      ['a', 'bc'],
      ['ab', 'c'],
      ['abc'],
      ['a', 'b', 'c'],
      ['abc', ''],
      ['', 'abc'],
      ['cba'],
      [1],
      ['1'],
      [-1],
      [1, 2],
      [2, 1],
      [12],
      [2 ** 32 + 1],
      [2 ** 32, 1],
      [1, 2 ** 32],
      [-(2 ** 32) + 1],
    ]
    expect(new Set(alike.map((stream) => streamState(13, stream).join())).size).toBe(alike.length)
    expect(first(13, -0)).toEqual(first(13, 0))
  })

  it('has no two equal states among 400,000 neighboring seeds, epochs and positions', () => {
    const states = new Set<string>()
    for (let i = 0; i < 100_000; i++) {
      states.add(streamState(i, []).join())
      states.add(streamState(2 ** 32 * i, ['epoch']).join())
      states.add(streamState(13, ['epoch', i]).join())
      states.add(streamState(13, ['epoch', i % 300, Math.floor(i / 300)]).join())
    }
    expect(states.size).toBe(400_000)
  })

  it('spreads neighboring seeds and names: the first numbers pass chi-square in each byte', () => {
    const families = [
      (i: number) => createRandom(i),
      (i: number) => createRandom(i * 2 ** 32),
      (i: number) => createRandom(13, i),
      (i: number) => createRandom(13, 'epoch', 2, i),
      (i: number) => createRandom(13, `image-${i}`),
    ]
    for (const family of families) {
      for (const shift of [0, 8, 16, 24]) {
        const counts = new Array<number>(256).fill(0)
        for (let i = 0; i < 51_200; i++) counts[(family(i).bits() >>> shift) & 255]++
        expect(chiSquare(counts)).toBeGreaterThan(1e-4)
      }
    }
  })

  it('draws uncorrelated numbers in neighboring streams, |r| < 4 / sqrt(n)', () => {
    const draws = (name: number) => {
      const random = createRandom(13, name)
      return Float64Array.from({ length: 100_000 }, () => random.uniform(-1, 1))
    }
    for (const name of [0, 1, 2, 1000]) {
      const [one, other] = [draws(name), draws(name + 1)]
      const covariance = one.reduce((sum, value, i) => sum + value * other[i], 0) / one.length
      expect(Math.abs(3 * covariance)).toBeLessThan(4 / Math.sqrt(one.length))
    }
  })

  it.each([-1, 1.5, 2 ** 53, Number.NaN, Infinity, '13', 13n, null, undefined])('refuses %s as a seed', (seed) => {
    expect(() => createRandom(seed as number)).toThrow(RandomError)
    expect(() => createRandom(seed as number)).toThrow(`whole number from 0 to 2^53 - 1 for seed but received ${seed}.`)
  })

  it.each([1.5, Number.NaN, Infinity, 2 ** 53, undefined, null, {}])('refuses %s as a name', (name) => {
    expect(() => createRandom(13, 'a', name as number)).toThrow(expect.objectContaining({ code: 'bad-name' }))
  })
})
