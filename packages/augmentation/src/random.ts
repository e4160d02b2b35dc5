/**
 * Random numbers that are the same on every platform: xoshiro128**, seeded through splitmix32.
 *
 * Reference: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021, https://prng.di.unimi.it/xoshiro128starstar.c.
 */
import type { Range } from './augmentation-options.ts'

export interface Random {
  /** 32 random bits, unsigned. */
  bits(): number
  /** From `min` up to, not including, `max`. */
  uniform(range: Range): number
  /** An integer from `min` to `max`, inclusive. */
  integer(range: Range): number
  /** True with this probability; never for 0, always for 1. */
  chance(probability: number): boolean
}

/**
 * Starts a generator: the same seed and stream, the same numbers; `stream` separates the draws of users of one seed.
 *
 * @example
 * createRandom(13, 0).integer([1, 6]) // a throw of a die, the same on every machine
 */
export function createRandom(seed: number, stream: number): Random {
  let [a, b, c, d] = seedState(seed, stream)

  const bits = (): number => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
  const unit = () => bits() / 2 ** 32

  return {
    bits,
    uniform: ([min, max]) => min + unit() * (max - min),
    integer: ([min, max]) => min + Math.floor(unit() * (max - min + 1)),
    chance: (probability) => unit() < probability,
  }
}

function seedState(seed: number, stream: number): [number, number, number, number] {
  let counter = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)
  const next = () => {
    counter = (counter + 0x9e3779b9) | 0
    let mixed = counter ^ (counter >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  return [next(), next(), next(), next()]
}
