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

  /** Draws until each element has a whole number below `limit`, all equally likely; the state is kept in variables meanwhile. */
  fillBelow(values: Uint32Array | number[], limit: number): void {
    const rejectFrom = Math.floor(2 ** 32 / limit) * limit
    let [a, b, c, d] = this.#state
    for (let i = 0; i < values.length; ) {
      const scrambled = Math.imul(b, 5)
      const drawn = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0
      c ^= a
      d ^= b
      const next = b ^ c
      a ^= d
      c ^= b << 9
      d = (d << 11) | (d >>> 21)
      b = next
      if (drawn < rejectFrom) values[i++] = drawn - Math.floor(drawn / limit) * limit
    }
    this.#state.set([a, b, c, d])
  }
}
