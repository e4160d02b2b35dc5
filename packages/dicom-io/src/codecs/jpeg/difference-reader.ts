/** Differences of a lossless JPEG scan from its bits (ITU-T T.81 F.2.2.3 and H.2.2). */
import type { DicomError } from '../../dicom-error.ts'
import { type DifferenceTable, extend, lookupBits, lookupMask } from './difference-table.ts'
import type { EntropyData } from './entropy-data.ts'
import { invalidJpeg } from './segments.ts'

/** Reads differences from the bits of the scan. Rows are decoded on its fields directly: a call per sample is too slow. */
export class DifferenceReader {
  readonly bytes: Uint8Array
  position = 0
  /** The lowest `count` bits are the next ones. */
  bits = 0
  count = 0
  /** All samples so far, or-ed: what lies above the precision shows in it. */
  seen = 0
  readonly #data: EntropyData
  #interval = 0

  constructor(data: EntropyData) {
    this.bytes = data.bytes
    this.#data = data
  }

  next(table: DifferenceTable): number {
    this.refill()
    return this.difference(table, table.lookup[(this.bits >>> (this.count - lookupBits)) & lookupMask]!)
  }

  refill(): void {
    if (this.count >= 16) return
    this.bits = (this.bits << 16) | (this.bytes[this.position]! << 8) | this.bytes[this.position + 1]!
    this.position += 2
    this.count += 16
  }

  /** The difference of a lookup's `entry`, whichever of the three kinds it is. */
  difference(table: DifferenceTable, entry: number): number {
    if (entry === 0) return this.#longCode(table)
    this.count -= entry & 31
    return (entry & 32) === 0 ? entry >> 6 : this.#further(entry >> 6)
  }

  #longCode(table: DifferenceTable): number {
    for (let length = lookupBits + 1; length <= 16; length++) {
      const code = (this.bits >>> (this.count - length)) & ((1 << length) - 1)
      if (code <= table.largestCode[length]!) {
        this.count -= length
        const category = table.categories[code + table.indexOffset[length]!]!
        if (category === 16) return 32_768
        return category === 0 ? 0 : this.#further(category)
      }
    }
    throw this.invalid('a Huffman code')
  }

  #further(category: number): number {
    this.refill()
    this.count -= category
    return extend((this.bits >>> this.count) & ((1 << category) - 1), category)
  }

  /** Ends an interval: no more than the padding of its last byte and a byte that some writers add may be left, no less than nothing. */
  restart(): void {
    const begin = this.#data.restarts[this.#interval]
    if (begin === undefined) throw this.invalid('a restart marker')
    this.#check(begin)
    this.#interval += 1
    this.position = begin
    this.bits = 0
    this.count = 0
  }

  finish(): void {
    if (this.#interval !== this.#data.restarts.length) throw this.invalid('no further restart marker')
    this.#check(this.#data.length)
  }

  invalid(expected: string): DicomError {
    return invalidJpeg(expected, this.#data.offsetOf(this.position - (this.count >> 3)))
  }

  #check(end: number): void {
    const unread = end * 8 - (this.position * 8 - this.count)
    if (unread < 0) throw this.invalid('more entropy-coded data')
    if (unread > 15) throw this.invalid(`the end of the scan instead of ${unread} unread bits`)
  }
}
