/** Huffman tables of lossless JPEG (ITU-T T.81 Annexes C, F.2.2.3 and H.1.2.2), with a lookup of code and difference in one. */
import { invalidJpeg } from './jpeg-segments.ts'

/** Bits that one lookup sees. */
export const lookupBits = 13
export const lookupMask = (1 << lookupBits) - 1

export interface HuffmanTable {
  /**
   * By the next {@link lookupBits} bits. A whole difference: `difference << 6 | bits consumed` with bits < 32. A code
   * whose difference is longer: `category << 6 | bits of the code | 32`. 0: the code itself is longer.
   */
  readonly lookup: Int32Array
  /** The same with the zeros that follow: `difference << 10 | zeros << 5 | bits consumed`; 0 where `lookup` has no whole difference. */
  readonly runs: Int32Array
  /** Largest code of each length, -1 where there is none. */
  readonly largestCode: Int32Array
  /** Index of a code's category is the code plus this, by length. */
  readonly indexOffset: Int32Array
  readonly categories: Uint8Array
}

/** `counts`: codes of each length 1 to 16; `categories`: their values in the order of the codes, 0 to 16. */
export function createHuffmanTable(counts: Uint8Array, categories: Uint8Array, offset: number): HuffmanTable {
  const lookup = new Int32Array(1 << lookupBits)
  const largestCode = new Int32Array(17).fill(-1)
  const indexOffset = new Int32Array(17)
  let code = 0
  let index = 0
  for (let length = 1; length <= 16; length++) {
    indexOffset[length] = index - code
    for (let left = counts[length - 1]!; left > 0; left--) {
      const category = categories[index]!
      if (category > 16 || code >= 1 << length) throw invalidJpeg('a valid Huffman table', offset)
      if (length <= lookupBits) fillLookup(lookup, code, length, category)
      largestCode[length] = code
      code += 1
      index += 1
    }
    code <<= 1
  }
  return { lookup, runs: createRuns(lookup), largestCode, indexOffset, categories }
}

function fillLookup(lookup: Int32Array, code: number, length: number, category: number): void {
  const free = lookupBits - length
  const first = code << free
  for (let rest = 0; rest < 1 << free; rest++) {
    lookup[first + rest] = entryFor(length, category, rest, free)
  }
}

/** `rest`: the `free` bits after the code. Category 16 is the difference 32,768 and has no further bits (H.1.2.2). */
function entryFor(length: number, category: number, rest: number, free: number): number {
  if (category === 16) return (32_768 << 6) | length
  if (category > free) return (category << 6) | 32 | length
  if (category === 0) return length
  return (extend(rest >> (free - category), category) << 6) | (length + category)
}

/** Flat regions, the background above all, are long runs of the shortest code: one lookup takes as many as it sees. */
function createRuns(lookup: Int32Array): Int32Array {
  return lookup.map((entry, index) => {
    if (entry === 0 || (entry & 32) !== 0) return 0
    let bits = entry & 31
    let zeros = 0
    for (;;) {
      const next = lookup[(index << bits) & lookupMask]!
      if (next <= 0 || next > lookupBits - bits) return ((entry >> 6) << 10) | (zeros << 5) | bits
      bits += next
      zeros += 1
    }
  })
}

/** The difference that `category` further bits stand for (T.81 F.2.2.1, EXTEND). */
export function extend(bits: number, category: number): number {
  return bits < 1 << (category - 1) ? bits - (1 << category) + 1 : bits
}
