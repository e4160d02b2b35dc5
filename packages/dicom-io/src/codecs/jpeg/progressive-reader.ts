/** Reads the codes of progressive scans and steps over what follows them (ITU-T T.81 G.2). */
import type { EntropyData } from './entropy-data.ts'
import { assignCodes, type HuffmanSpecification } from './huffman-codes.ts'
import { invalidJpeg } from './segments.ts'

/** Length of the code above its value, by the next 16 bits; 0 where there is no code. */
type CodeTable = Uint16Array

/** Positions are in bits. */
export class ProgressiveReader {
  readonly #data: EntropyData
  readonly #table: CodeTable | undefined
  position = 0
  /** EOBRUN: blocks whose bands have ended, this one not counted. */
  endedBands = 0

  /** Without a table for scans that have bits alone. */
  constructor(data: EntropyData, specification: HuffmanSpecification | undefined) {
    this.#data = data
    this.#table = specification && createTable(specification)
  }

  begin(position: number): void {
    this.position = position
    this.endedBands = 0
  }

  /** A difference, or the next bit where there is no table. */
  readDc(position: number): number {
    if (this.#table === undefined) return position + 1
    this.position = position
    const size = this.#readCode()
    return this.position + size
  }

  /** Notes in `known`, where it is asked for, which coefficients are not zero. */
  readBand(first: number, last: number, known: Uint8Array | undefined, base: number): void {
    if (this.endedBands > 0) {
      this.endedBands -= 1
      return
    }
    for (let at = first; at <= last; at++) {
      const code = this.#readCode()
      const run = code >> 4
      const size = code & 15
      if (size === 0 && run < 15) {
        this.endedBands = this.#readRun(run) - 1
        return
      }
      at += run
      if (at > last) throw this.#tooLong()
      if (size > 0 && known !== undefined) known[base + at] = 1
      this.position += size
    }
  }

  refineBand(first: number, last: number, known: Uint8Array, base: number): void {
    let at = first
    while (this.endedBands === 0 && at <= last) {
      const code = this.#readCode()
      const isNew = (code & 15) > 0
      let zeros = code >> 4
      if (!isNew && zeros < 15) {
        this.endedBands = this.#readRun(zeros)
        break
      }
      // The sign.
      if (isNew) this.position += 1
      for (; at <= last; at++) {
        if (known[base + at] === 1) this.position += 1
        else if (zeros-- === 0) break
      }
      if (at > last) throw this.#tooLong()
      if (isNew) known[base + at] = 1
      at += 1
    }
    if (this.endedBands === 0) return
    for (; at <= last; at++) this.position += known[base + at]!
    this.endedBands -= 1
  }

  #readCode(): number {
    const entry = this.#table?.[this.#peek()] ?? 0
    if (entry === 0) throw invalidJpeg('a Huffman code', this.#data.offsetOf(this.position >> 3))
    this.position += entry >> 8
    return entry & 255
  }

  /** EOBn: 2 to the n bands end, and as many more as n bits say. */
  #readRun(bits: number): number {
    const more = this.#peek() >> (16 - bits)
    this.position += bits
    return (1 << bits) + more
  }

  #peek(): number {
    const { bytes } = this.#data
    const at = this.position >> 3
    return (((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) >> (8 - (this.position & 7))) & 0xffff
  }

  #tooLong(): Error {
    return invalidJpeg('a run within the band', this.#data.offsetOf(this.position >> 3))
  }
}

function createTable(specification: HuffmanSpecification): CodeTable {
  const table = new Uint16Array(2 ** 16)
  assignCodes(specification, (code, length, value) => {
    const free = 16 - length
    table.fill((length << 8) | value, code << free, (code + 1) << free)
  })
  return table
}
