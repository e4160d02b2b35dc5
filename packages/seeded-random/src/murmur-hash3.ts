/**
 * MurmurHash3_x86_128 of 32-bit words: spreads what differs in one bit over all 128.
 *
 * Reference: Appleby, https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp.
 */
import type { State } from './xoshiro128.ts'

/** The hash of a whole number of blocks of four words, as signed words. */
export function murmurHash3(words: readonly number[]): State {
  let [h1, h2, h3, h4] = [0, 0, 0, 0]
  for (let i = 0; i < words.length; i += 4) {
    h1 ^= scramble(words[i], 0x239b961b, 15, 0xab0e9789)
    h1 = (Math.imul((rotateLeft(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= scramble(words[i + 1], 0xab0e9789, 16, 0x38b34ae5)
    h2 = (Math.imul((rotateLeft(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= scramble(words[i + 2], 0x38b34ae5, 17, 0xa1e38b93)
    h3 = (Math.imul((rotateLeft(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= scramble(words[i + 3], 0xa1e38b93, 18, 0x239b961b)
    h4 = (Math.imul((rotateLeft(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  const bytes = 4 * words.length
  const mixed = sums([h1 ^ bytes, h2 ^ bytes, h3 ^ bytes, h4 ^ bytes]).map(finalize)
  return sums(mixed as unknown as State)
}

function scramble(word: number, before: number, rotation: number, after: number): number {
  return Math.imul(rotateLeft(Math.imul(word, before), rotation), after)
}

function sums([h1, h2, h3, h4]: State): State {
  const first = (h1 + h2 + h3 + h4) | 0
  return [first, (h2 + first) | 0, (h3 + first) | 0, (h4 + first) | 0]
}

function finalize(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
