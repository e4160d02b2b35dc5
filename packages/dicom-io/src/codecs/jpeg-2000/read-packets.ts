/** Reads a tile's packets, which leaves each code-block with its bytes (ITU-T T.800 B.9, B.10). */
import { invalidJpeg2000 } from './codestream-size.ts'
import type { CodingStyle } from './main-header.ts'
import { PacketBits } from './packet-bits.ts'
import { packetsInOrder } from './packet-order.ts'
import type { CodeBlock, Precinct, PrecinctPart, Resolution } from './tile-division.ts'

const startOfPacket = 0x91
const endOfPacketHeader = 0x92

/** What a packet says of one code-block. */
interface Contribution {
  readonly block: CodeBlock
  readonly length: number
}

/**
 * @param bytes - the tile's, of all its tile-parts
 * @throws {DicomError} `invalid-codestream` where they end before the last packet, or a code-block claims what it cannot have.
 */
export function readPackets(
  bytes: Uint8Array,
  components: readonly (readonly Resolution[])[],
  style: CodingStyle,
): void {
  let at = 0
  for (const { precinct, layer } of packetsInOrder(components, style)) {
    if (hasMarker(bytes, at, startOfPacket)) at += 6
    const contributions: Contribution[] = []
    at = readPacketHeader(bytes, at, precinct, layer, contributions)
    if (style.endsPacketHeaders) {
      if (!hasMarker(bytes, at, endOfPacketHeader)) throw invalidJpeg2000('the end of a packet header', at)
      at += 2
    }
    for (const { block, length } of contributions) {
      if (at + length > bytes.length) throw invalidJpeg2000(`${length} bytes of a code-block`, at)
      block.segments.push(bytes.subarray(at, at + length))
      at += length
    }
  }
}

/** A packet header cannot begin like this: there the byte after FF is less than 80. */
function hasMarker(bytes: Uint8Array, at: number, code: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] === code
}

function readPacketHeader(
  bytes: Uint8Array,
  at: number,
  precinct: Precinct,
  layer: number,
  contributions: Contribution[],
): number {
  const bits = new PacketBits(bytes, at)
  const isEmpty = bits.readBit() === 0
  for (const part of isEmpty ? [] : precinct.parts) {
    for (const [index, block] of part.blocks.entries()) {
      if (!isIncluded(bits, part, index, layer)) continue
      const passes = readPasses(bits)
      block.passes += passes
      if (block.passes > 3 * block.planes - 2) throw invalidJpeg2000(`at most ${block.planes} bit planes`, at)
      while (bits.readBit() === 1) block.lengthBits += 1
      contributions.push({ block, length: bits.readBits(block.lengthBits + 31 - Math.clz32(passes)) })
    }
  }
  return bits.end()
}

/** Whether the packet has bytes of the block; of a new one it says first how many bit planes are coded. */
function isIncluded(bits: PacketBits, part: PrecinctPart, index: number, layer: number): boolean {
  const block = part.blocks[index]!
  if (block.planes > 0) return bits.readBit() === 1
  const column = index % part.columns
  const row = (index - column) / part.columns
  if (part.inclusion.read(bits, column, row, layer + 1) > layer) return false
  block.planes = part.planes - part.zeroPlanes.read(bits, column, row, part.planes)
  if (block.planes > 0) return true
  throw invalidJpeg2000('a code-block with bit planes', 0)
}

/** Table B.4. */
function readPasses(bits: PacketBits): number {
  if (bits.readBit() === 0) return 1
  if (bits.readBit() === 0) return 2
  const two = bits.readBits(2)
  if (two < 3) return 3 + two
  const five = bits.readBits(5)
  return five < 31 ? 6 + five : 37 + bits.readBits(7)
}
