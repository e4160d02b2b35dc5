/**
 * Whether the scans of sequential JPEG hold what their headers promise (ITU-T T.81 A.2, F.2.2): of damaged ones libjpeg decodes
 * what is left, often silently. Codes are read and coefficients stepped over, which takes less than decoding them.
 */
import type { EntropyData } from './entropy-data.ts'
import { assignCodes, type HuffmanSpecification } from './huffman-codes.ts'
import { checkEnd, readIntervals } from './restart-intervals.ts'
import { type JpegScan, readScans } from './scans.ts'
import { invalidJpeg } from './segments.ts'

/**
 * By the next 16 bits: how many of them and of the coefficient that follows there are, in 5 bits, and above these how far in
 * the block that leads. 0 where there is no code.
 */
type CodeTable = Uint16Array

/** The tables of a block of 8 x 8 coefficients. */
interface BlockTables {
  readonly dc: CodeTable
  readonly ac: CodeTable
  /** The same as `ac` for as many codes as the next {@link runBits} bits hold; 0 where they hold no whole one. */
  readonly runs: Uint16Array
}

/** As many as leave the table small enough for the processor's nearest memory. */
const runBits = 13
const blockSize = 64
/** Leads out of the block from wherever it is met. */
const endOfBlock = 2 * blockSize

/** @throws {DicomError} `invalid-codestream` where a restart interval holds no codes, or other than its blocks and less than a byte. */
export function checkSequential(bytes: Uint8Array): void {
  for (const scan of readScans(bytes)) checkScan(scan)
}

function checkScan(scan: JpegScan): void {
  const { data } = scan
  const blocks = blocksOfUnit(scan)
  for (const { start, end, units } of readIntervals(scan)) checkInterval(data, start, end, units, blocks)
}

/** The blocks of a minimum coded unit: one, or of several components as many as their sampling factors say (A.2.2, A.2.3). */
function blocksOfUnit({ header, components, data }: JpegScan): BlockTables[] {
  return components.flatMap(({ index, dcTable, acTable }) => {
    if (dcTable === undefined || acTable === undefined) throw invalidJpeg('two Huffman tables', data.offsetOf(0))
    const { horizontal, vertical } = header.components[index]!
    const ac = createCodeTable(acTable, stepOfAc)
    const tables = { dc: createCodeTable(dcTable, () => 1), ac, runs: createRuns(ac) }
    return Array(components.length === 1 ? 1 : horizontal * vertical).fill(tables)
  })
}

/** A value's upper half is a run of zeros, its lower one the size of the coefficient behind them, or 0 (F.1.2.2.1). */
function stepOfAc(value: number): number {
  if ((value & 15) > 0) return (value >> 4) + 1
  return value === 0xf0 ? 16 : endOfBlock
}

function createCodeTable(specification: HuffmanSpecification, stepOf: (value: number) => number): CodeTable {
  const table = new Uint16Array(2 ** 16)
  assignCodes(specification, (code, length, value) => {
    const free = 16 - length
    table.fill((stepOf(value) << 5) | (length + (value & 15)), code << free, (code + 1) << free)
  })
  return table
}

function createRuns(ac: CodeTable): Uint16Array {
  return Uint16Array.from({ length: 1 << runBits }, (_, window) => {
    let bits = 0
    let step = 0
    while (step < blockSize) {
      const entry = ac[(window << (16 - runBits + bits)) & 0xffff]!
      if (entry === 0 || (entry & 31) > runBits - bits) break
      bits += entry & 31
      step += entry >> 5
    }
    return (step << 5) | bits
  })
}

/** Reads the codes of `count` units from `start`, and compares where they end with `end`. */
function checkInterval(data: EntropyData, start: number, end: number, count: number, blocks: BlockTables[]): void {
  const { bytes } = data
  let at = start
  let bit = 0
  for (let unit = 0; unit < count && at <= end; unit++) {
    for (const { dc, ac, runs } of blocks) {
      let index = 0
      while (index < blockSize) {
        const window = (((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) >> (8 - bit)) & 0xffff
        let entry = index === 0 ? dc[window]! : runs[window >> (16 - runBits)]!
        // Near the end of the block one by one: behind its last coefficient comes the next block.
        if (index > 0 && (entry === 0 || index + ((entry >> 5) % endOfBlock) >= blockSize)) entry = ac[window]!
        if (entry === 0) throw invalidJpeg('a Huffman code', data.offsetOf(Math.min(at, end)))
        bit += entry & 31
        at += bit >> 3
        bit &= 7
        index += entry >> 5
      }
      if (index > blockSize && index < endOfBlock) throw invalidJpeg('a block of 64 coefficients', data.offsetOf(at))
    }
  }
  checkEnd(data, at, bit, end)
}
