/** A tag tree: a grid of numbers, coded as minima over ever larger squares (ITU-T T.800 B.10.2). */
import type { PacketBits } from './packet-bits.ts'

export class TagTree {
  /** The nodes of each level, from the leaves up. */
  readonly #levels: { readonly start: number; readonly width: number }[] = []
  /** What each node is known to be at least, and whether it is just that. */
  readonly #lowest: Uint16Array
  readonly #isKnown: Uint8Array

  constructor(columns: number, rows: number) {
    let nodes = 0
    for (let [width, height] = [columns, rows]; ; [width, height] = [(width + 1) >> 1, (height + 1) >> 1]) {
      this.#levels.push({ start: nodes, width })
      nodes += width * height
      if (width * height <= 1) break
    }
    this.#lowest = new Uint16Array(nodes)
    this.#isKnown = new Uint8Array(nodes)
  }

  /** Reads until the leaf is known, or known to be `limit` or more, and gives it, `limit` at most. */
  read(bits: PacketBits, column: number, row: number, limit: number): number {
    let lowest = 0
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const { start, width } = this.#levels[level]!
      const node = start + (row >> level) * width + (column >> level)
      lowest = Math.max(lowest, this.#lowest[node]!)
      while (lowest < limit && this.#isKnown[node] === 0) {
        if (bits.readBit() === 1) this.#isKnown[node] = 1
        else lowest += 1
      }
      this.#lowest[node] = lowest
    }
    return Math.min(lowest, limit)
  }
}
