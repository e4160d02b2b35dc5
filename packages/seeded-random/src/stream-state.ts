import { murmurHash3 } from './murmur-hash3.ts'
import { RandomError } from './random-error.ts'
import type { State } from './xoshiro128.ts'

/** The state that the stream of a seed and names begins with: the hash of words from which both could be read back. */
export function streamState(seed: number, names: readonly (string | number)[]): State {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    const message = `Expected a whole number from 0 to 2^53 - 1 for seed but received ${String(seed)}. Give such a number.`
    throw new RandomError('bad-seed', message, { seed })
  }
  const words: number[] = []
  pushNumber(words, seed)
  for (const name of names) {
    // 2 for a number, odd for a string of that length, and 0 for the end.
    words.push(typeof name === 'string' ? 2 * name.length + 1 : 2)
    if (typeof name === 'string') pushString(words, name)
    else if (Number.isSafeInteger(name)) pushNumber(words, name)
    else throw badName(name)
  }
  while (words.length % 4 !== 0) words.push(0)
  const state = murmurHash3(words)
  // The one state that xoshiro never leaves.
  return state.some((word) => word !== 0) ? state : [1, 0, 0, 0]
}

function pushNumber(words: number[], value: number): void {
  words.push(value | 0, Math.floor(value / 2 ** 32))
}

/** Two UTF-16 code units to a word. */
function pushString(words: number[], text: string): void {
  for (let i = 0; i < text.length; i += 2) words.push(text.charCodeAt(i) | ((text.charCodeAt(i + 1) || 0) << 16))
}

function badName(name: unknown): RandomError {
  const shown = typeof name === 'number' ? String(name) : typeof name
  const message = `Expected strings or whole numbers for the names of a stream but received ${shown}. Give an index or a word.`
  return new RandomError('bad-name', message, { name })
}
