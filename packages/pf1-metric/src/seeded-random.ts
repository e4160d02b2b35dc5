/**
 * Uniform integers from a 32-bit seed, the same on every platform: xoshiro128**, seeded by SplitMix32.
 *
 * Reference: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", https://arxiv.org/abs/1805.01407.
 */
export function seededRandom(seed: number): (bound: number) => number {
  const state = Uint32Array.from({ length: 4 }, (_, i) => splitMix(seed + i * 0x9e3779b9))
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0
    const shifted = state[1] << 9
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 11)
    return result
  }
  return (bound) => Math.floor((next() / 4294967296) * bound)
}

function splitMix(value: number): number {
  let z = (value + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return z ^ (z >>> 16)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
