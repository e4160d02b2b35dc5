import { normalQuantile } from './normal-quantile.ts'
import { RandomError } from './random-error.ts'
import { streamState } from './stream-state.ts'
import { Xoshiro128 } from './xoshiro128.ts'

/** An array or typed array whose elements may change places. */
export interface MutableArray<Value> {
  readonly length: number
  [index: number]: Value
}

/** A stream of random numbers; what it draws depends on nothing but its seed, its names and the draws before. */
export interface Random {
  /** 32 bits, as a whole number from 0 to 2^32 - 1. */
  bits(): number
  /** From `low`, 0, up to but not including `high`, 1; one of 2^32 values. */
  uniform(low?: number, high?: number): number
  /** A whole number from 0 up to but not including `limit`, all equally likely; `limit` from 1 to 2^32. */
  below(limit: number): number
  /** Fills an array with what as many calls of `below` would draw, faster, and returns the same array. */
  fillBelow<Values extends Uint32Array | number[]>(values: Values, limit: number): Values
  /** A whole number from `low` to `high`, both included, all equally likely. */
  integer(low: number, high: number): number
  /** True with this probability; never for 0, always for 1. */
  chance(probability: number): boolean
  /** Normally distributed with `mean`, 0, and `deviation`, 1; one draw of 32 bits, so within 6.3 deviations. */
  normal(mean?: number, deviation?: number): number
  /** One of the items, each as likely as its weight says; without weights all equally. */
  pick<Item>(items: readonly Item[], weight?: (item: Item) => number): Item
  /** Shuffles in place (Fisher and Yates), each order equally likely, and returns the same array. */
  shuffle<Values extends MutableArray<unknown>>(values: Values): Values
}

/**
 * Starts the stream of random numbers of a seed and names. Other names are another stream, independent of it; the same ones are the same
 * numbers on every machine and in every later version.
 *
 * @param seed whole number from 0 to 2^53 - 1
 * @param names what the numbers are for: words, and whole numbers such as an epoch's
 * @throws {RandomError} `bad-seed`, `bad-name`; the stream's functions `bad-value`
 * @example
 * createRandom(13, 'die', 0).integer(1, 6) // 1
 */
export function createRandom(seed: number, ...names: readonly (string | number)[]): Random {
  return new Stream(new Xoshiro128(streamState(seed, names)))
}

class Stream implements Random {
  readonly #generator: Xoshiro128

  constructor(generator: Xoshiro128) {
    this.#generator = generator
  }

  bits(): number {
    return this.#generator.next()
  }

  uniform(low = 0, high = 1): number {
    const width = high - low
    if (!(width >= 0 && width < Infinity)) {
      throw badValue('finite numbers low <= high', 'uniform', `${low} and ${high}`, { low, high })
    }
    const value = low + width * (this.#generator.next() * 2 ** -32)
    // Rounding may reach the end of a narrow range.
    return value < high ? value : low
  }

  below(limit: number): number {
    assertLimit(limit)
    // Quotients in place of remainders: those of numbers beyond 2^31 are slow, and here both are exact.
    const rejectFrom = Math.floor(2 ** 32 / limit) * limit
    let value = this.#generator.next()
    while (value >= rejectFrom) value = this.#generator.next()
    return value - Math.floor(value / limit) * limit
  }

  fillBelow<Values extends Uint32Array | number[]>(values: Values, limit: number): Values {
    assertLimit(limit)
    this.#generator.fillBelow(values, limit)
    return values
  }

  integer(low: number, high: number): number {
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && high >= low && high - low < 2 ** 32)) {
      throw badValue('whole numbers low <= high less than 2^32 apart', 'integer', `${low} and ${high}`, { low, high })
    }
    return low + this.below(high - low + 1)
  }

  chance(probability: number): boolean {
    if (!(probability >= 0 && probability <= 1)) {
      throw badValue('a number from 0 to 1', 'probability', probability, { probability })
    }
    return this.#generator.next() * 2 ** -32 < probability
  }

  normal(mean = 0, deviation = 1): number {
    // The middle of one of 2^32 equal parts of 0 to 1: never 0, never 1.
    return mean + deviation * normalQuantile((this.#generator.next() + 0.5) * 2 ** -32)
  }

  pick<Item>(items: readonly Item[], weight?: (item: Item) => number): Item {
    if (items.length === 0) throw badValue('at least one item', 'items', 'none', {})
    if (weight === undefined) return items[this.below(items.length)]
    const weights = items.map((item) => weight(item))
    const total = weights.reduce((sum, value) => sum + value, 0)
    if (!weights.every((value) => value >= 0) || !(total > 0 && total < Infinity)) {
      throw badValue('numbers >= 0 with a sum above 0', 'weights', weights.join(', '), { weights })
    }
    let rest = this.uniform(0, total)
    for (let i = 0; i < items.length; i++) {
      rest -= weights[i]
      if (rest < 0) return items[i]
    }
    // Rounding of the sum; an item without weight is never picked.
    return items[weights.findLastIndex((value) => value > 0)]
  }

  shuffle<Values extends MutableArray<unknown>>(values: Values): Values {
    for (let last = values.length - 1; last > 0; last--) {
      const chosen = this.below(last + 1)
      const value = values[last]
      values[last] = values[chosen]
      values[chosen] = value
    }
    return values
  }
}

function assertLimit(limit: number): void {
  if (limit >= 1 && limit <= 2 ** 32 && Number.isInteger(limit)) return
  throw badValue('a whole number from 1 to 2^32', 'limit', limit, { limit })
}

function badValue(expected: string, name: string, received: unknown, details: Record<string, unknown>): RandomError {
  const message = `Expected ${expected} for ${name} but received ${String(received)}. Correct that argument.`
  return new RandomError('bad-value', message, details)
}
