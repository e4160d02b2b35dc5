/**
 * Integer random numbers that are the same on every platform: xoshiro128**, seeded through splitmix32.
 *
 * Reference: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021, https://prng.di.unimi.it/xoshiro128starstar.c.
 */
import { DataSplitError } from './data-split-error.ts'

export interface Random {
  /** A whole number from 0 to `limit - 1`, without modulo bias. */
  below(limit: number): number
  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<V>(values: V[]): V[]
}

export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new DataSplitError(
      'bad-option',
      `Expected a whole number from 0 to 2^53 - 1 for seed but received ${String(seed)}. Give such a number.`,
      { value: seed },
    )
  }
  const state = seedState(seed)

  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(state[1]!, 5), 7), 9) >>> 0
    const shifted = state[1]! << 9
    state[2]! ^= state[0]!
    state[3]! ^= state[1]!
    state[1]! ^= state[2]!
    state[0]! ^= state[3]!
    state[2]! ^= shifted
    state[3] = rotateLeft(state[3]!, 11)
    return result
  }

  const below = (limit: number): number => {
    const rejectFrom = 2 ** 32 - (2 ** 32 % limit)
    let value = next()
    while (value >= rejectFrom) value = next()
    return value % limit
  }

  return {
    below,
    shuffle(values) {
      for (let last = values.length - 1; last > 0; last--) {
        const chosen = below(last + 1)
        const value = values[last]!
        values[last] = values[chosen]!
        values[chosen] = value
      }
      return values
    },
  }
}

/** splitmix32 over the low word, with the high word mixed in, so that seeds of more than 32 bits differ too. */
function seedState(seed: number): Uint32Array {
  let counter = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)
  const state = new Uint32Array(4)
  for (let index = 0; index < 4; index++) {
    counter = (counter + 0x9e3779b9) | 0
    let mixed = counter ^ (counter >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    state[index] = mixed ^ (mixed >>> 15)
  }
  return state
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
