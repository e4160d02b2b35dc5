/** Seeded numbers that are the same on every machine. */
export interface Random {
  /** 0 <= u < 1. */
  uniform(): number
  /** Mean 0, variance 1. */
  normal(): number
}

/**
 * A stream of xoshiro128** for `seed` and `stream`: another stream is independent of it, so a tensor's values do not
 * depend on which tensors were made before it.
 *
 * Reference: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", https://arxiv.org/abs/1805.01407.
 */
export function createRandom(seed: number, stream: string): Random {
  let [a, b, c, d] = seedState(seed, stream)
  const next = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result
  }
  const uniform = () => next() / 2 ** 32
  let spare: number | undefined
  const normal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    // Box and Muller, 1958.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { uniform, normal }
}

/** FNV-1a of the stream's name and the seed, spread over the state by splitmix32. */
function seedState(seed: number, stream: string): [number, number, number, number] {
  let hash = 0x811c9dc5
  for (const unit of `${seed}/${stream}`) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193)
  const next = () => {
    hash = (hash + 0x9e3779b9) | 0
    let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  return [next(), next(), next(), next() | 1]
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
