/** A mask as the runs of its rows, joined to the 4-connected parts that they form. */
import { type BitMask, bitsOf, emptyBits } from './bit-mask.ts'

export class Runs {
  readonly mask: BitMask
  readonly count: number
  /** Index of the first run of each row, and the number of runs at the end. */
  readonly firstOfRow: Int32Array
  /** First column of each run, and one past its last. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** For each run one of the same part, by which the part is known: its first, row by row. */
  readonly parts: Int32Array

  constructor(mask: BitMask) {
    this.mask = mask
    const { height } = mask
    this.count = countRuns(mask)
    this.firstOfRow = new Int32Array(height + 1)
    this.starts = new Int32Array(this.count)
    this.ends = new Int32Array(this.count)
    this.parts = new Int32Array(this.count)
    for (let y = 0, run = 0; y < height; y++) {
      run = this.#readRow(y, run)
      this.firstOfRow[y + 1] = run
    }
    for (let y = 0; y < height; y++) this.#joinRow(y)
    for (let run = 0; run < this.count; run++) this.parts[run] = this.parts[this.parts[run]]
  }

  /** Writes down the runs of a row, and gives the index after the last. */
  #readRow(y: number, first: number): number {
    const { words, stride, width } = this.mask
    const { starts, ends } = this
    let run = first
    let isInside = 0
    for (let index = 0; index < stride; index++) {
      const word = words[y * stride + index]
      // Where a pixel differs from the one before it.
      let changes = word ^ ((word << 1) | isInside)
      isInside = word >>> 31
      for (; changes !== 0; changes &= changes - 1) {
        const bit = 31 - Math.clz32(changes & -changes)
        if ((word >>> bit) & 1) starts[run] = 32 * index + bit
        else ends[run++] = 32 * index + bit
      }
    }
    if (isInside) ends[run++] = width
    return run
  }

  /** Joins the runs of a row with those above that they touch. */
  #joinRow(y: number): void {
    const { firstOfRow, starts, ends, parts } = this
    const last = firstOfRow[y + 1]
    let above = y > 0 ? firstOfRow[y - 1] : 0
    const lastAbove = y > 0 ? firstOfRow[y] : 0
    for (let run = firstOfRow[y]; run < last; run++) {
      let part = run
      while (above < lastAbove && ends[above] <= starts[run]) above++
      for (let other = above; other < lastAbove && starts[other] < ends[run]; other++) {
        const root = rootOf(parts, other)
        if (root === part) continue
        // The earlier one stands for both.
        if (root < part) {
          parts[part] = root
          part = root
        } else parts[root] = part
      }
      parts[run] = part
    }
  }

  /** Pixels of each part, at the index of the run that stands for it. */
  areas(): Int32Array {
    const areas = new Int32Array(this.count)
    for (let run = 0; run < this.count; run++) areas[this.parts[run]] += this.ends[run] - this.starts[run]
    return areas
  }

  /** The runs of the parts that are marked at the index of the run that stands for each. */
  select(marked: Uint8Array): BitMask {
    const bits = emptyBits(this.mask.width, this.mask.height)
    for (let y = 0; y < bits.height; y++) {
      for (let run = this.firstOfRow[y]; run < this.firstOfRow[y + 1]; run++) {
        if (marked[this.parts[run]] === 1) fillRun(bits, y, this.starts[run], this.ends[run])
      }
    }
    return bits
  }
}

function countRuns({ words, stride }: BitMask): number {
  let count = 0
  for (let row = 0; row < words.length; row += stride) {
    let isInside = 0
    for (let index = row; index < row + stride; index++) {
      const word = words[index]
      count += bitsOf(word & ~((word << 1) | isInside))
      isInside = word >>> 31
    }
  }
  return count
}

function rootOf(parts: Int32Array, run: number): number {
  let root = run
  while (parts[root] !== root) {
    parts[root] = parts[parts[root]]
    root = parts[root]
  }
  return root
}

function fillRun({ words, stride }: BitMask, y: number, start: number, end: number): void {
  const first = y * stride + (start >> 5)
  const last = y * stride + ((end - 1) >> 5)
  const from = -1 << (start & 31)
  const to = -1 >>> (31 - ((end - 1) & 31))
  if (first === last) {
    words[first] |= from & to
    return
  }
  words[first] |= from
  words.fill(-1, first + 1, last)
  words[last] |= to
}
