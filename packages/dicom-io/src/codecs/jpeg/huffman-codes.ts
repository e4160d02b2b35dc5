/** Huffman tables as a codestream has them (ITU-T T.81 B.2.4.2), and the codes that they stand for (Annex C). */
import { invalidJpeg, type JpegSegment } from './segments.ts'

/** A table as it lies in the codestream: codes are made when a scan asks for them, because there may be any number of tables. */
export interface HuffmanSpecification {
  readonly offset: number
  /** BITS: how many codes there are of each length, 1 to 16. */
  readonly counts: Uint8Array
  /** HUFFVAL: what the codes stand for, in their order. */
  readonly values: Uint8Array
}

/** By class and identifier: 0x00 to 0x03 for DC coefficients and lossless JPEG, 0x10 to 0x13 for AC coefficients. */
export type HuffmanSpecifications = Map<number, HuffmanSpecification>

/** Puts the tables of a DHT segment in the place of those before. */
export function readHuffmanTables(bytes: Uint8Array, segment: JpegSegment, tables: HuffmanSpecifications): void {
  for (let at = segment.start; at < segment.end; ) {
    const classAndId = bytes[at]!
    const counts = bytes.subarray(at + 1, at + 17)
    const end = counts.reduce((sum, count) => sum + count, at + 17)
    if ((classAndId & ~0x13) !== 0 || end > segment.end) throw invalidJpeg('a Huffman table', at)
    tables.set(classAndId, { offset: at, counts, values: bytes.subarray(at + 17, end) })
    at = end
  }
}

/** Gives each code with its length, its value and its place in HUFFVAL, the shortest first. */
export function assignCodes(
  { counts, values, offset }: HuffmanSpecification,
  visit: (code: number, length: number, value: number, index: number) => void,
): void {
  let code = 0
  let index = 0
  for (let length = 1; length <= 16; length++) {
    for (let left = counts[length - 1]!; left > 0; left--) {
      if (code >= 1 << length) throw invalidJpeg('a valid Huffman table', offset)
      visit(code, length, values[index]!, index)
      code += 1
      index += 1
    }
    code <<= 1
  }
}
