/**
 * Seeded random numbers from 32-bit integer arithmetic: the same on every engine and platform.
 *
 * Generator: sfc32 of PractRand (Chris Doty-Humphrey); seeding: the finalizer of MurmurHash3 (Austin Appleby).
 */

export interface Random {
  /** A 32-bit unsigned integer. */
  next(): number
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number
  /** Uniform integer in [0, count). */
  integer(count: number): number
  /** Close to standard normal, within +-6: the sum of twelve uniforms. */
  normal(): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** An item, drawn by weight. */
  pick<Item>(items: readonly Item[], weight: (item: Item) => number): Item
}

/** Mixes integers to one well-spread 32-bit unsigned integer. */
export function mixIntegers(...keys: readonly number[]): number {
  let h = 0x9e3779b9
  for (const key of keys) {
    h = Math.imul(h ^ (key | 0), 0x85ebca6b)
    h ^= h >>> 13
    h = Math.imul(h + 0x7f4a7c15, 0xc2b2ae35)
    h ^= h >>> 16
  }
  return h >>> 0
}

/** A generator whose sequence is a function of the keys alone. */
export function createRandom(...keys: readonly number[]): Random {
  let a = mixIntegers(1, ...keys) | 0
  let b = mixIntegers(2, ...keys) | 0
  let c = mixIntegers(3, ...keys) | 0
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const unit = (): number => next() / 4294967296
  return {
    next,
    uniform: (low, high) => low + (high - low) * unit(),
    integer: (count) => Math.floor(unit() * count),
    normal: () => {
      let sum = -6
      for (let i = 0; i < 12; i++) sum += unit()
      return sum
    },
    chance: (probability) => unit() < probability,
    pick: (items, weight) => {
      let rest = unit() * items.reduce((total, item) => total + weight(item), 0)
      for (const item of items) {
        rest -= weight(item)
        if (rest < 0) return item
      }
      return items[items.length - 1]
    },
  }
}
