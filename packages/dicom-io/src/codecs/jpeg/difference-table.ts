/** Huffman tables of lossless JPEG (ITU-T T.81 F.2.2.3 and H.1.2.2), with a lookup of code and difference in one. */
import { assignCodes, type HuffmanSpecification } from './huffman-codes.ts'
import { invalidJpeg } from './segments.ts'

/** Bits that one lookup sees. */
export const lookupBits = 13
export const lookupMask = (1 << lookupBits) - 1

export interface DifferenceTable {
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

/** @throws {DicomError} `invalid-codestream` for codes that leave no room for each other, or categories above 16. */
export function createDifferenceTable(specification: HuffmanSpecification): DifferenceTable {
  const lookup = new Int32Array(1 << lookupBits)
  const largestCode = new Int32Array(17).fill(-1)
  const indexOffset = new Int32Array(17)
  assignCodes(specification, (code, length, category, index) => {
    if (category > 16) throw invalidJpeg('a Huffman table of lossless JPEG', specification.offset)
    if (length <= lookupBits) fillLookup(lookup, code, length, category)
    largestCode[length] = code
    indexOffset[length] = index - code
  })
  return { lookup, runs: createRuns(lookup), largestCode, indexOffset, categories: specification.values }
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
