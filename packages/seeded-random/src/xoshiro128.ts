/**
 * xoshiro128**: 32 random bits from 128 bits of state, period 2^128 - 1.
 *
 * Reference: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions on Mathematical Software 47, 2021,
 * https://arxiv.org/abs/1805.01407; C code at https://prng.di.unimi.it/xoshiro128starstar.c.
 */

/** Four 32-bit words, not all zero. */
export type State = readonly [number, number, number, number]

export class Xoshiro128 {
  readonly #state: Int32Array

  constructor(state: State) {
    this.#state = Int32Array.from(state)
  }

  /** The next 32 bits, as a whole number from 0 to 2^32 - 1. */
  next(): number {
    const state = this.#state
    const [a, b] = [state[0], state[1]]
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0
    const c = state[2] ^ a
    const d = state[3] ^ b
    state[0] = a ^ d
    state[1] = b ^ c
    state[2] = c ^ (b << 9)
    state[3] = (d << 11) | (d >>> 21)
    return result
  }
}
