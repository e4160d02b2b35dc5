/** Small JPEG 2000 codestreams that cost much (ITU-T T.800 Annexes A and B): one tile, no wavelet, one layer, one packet. */

/** Of the wavelet, which says who decodes the file: the reversible one our decoder, the other one OpenJPEG. */
type Transform = 'reversible' | 'irreversible'

const bitPlanes = 30
const passes = 3 * bitPlanes - 2

/** Each code-block of 64 x 64 pixels claims as many coding passes as there can be, on hardly any data. */
export function slowJpeg2000(side: number, transform: Transform = 'reversible'): Uint8Array {
  const bytesPerBlock = 2
  const blocks = Math.ceil(side / 64)
  const packet: number[] = []
  const bits = new PacketHeader(packet)
  const included = new FirstVisits(blocks)
  const withoutZeroPlanes = new FirstVisits(blocks)
  bits.write(1, 1)
  for (let row = 0; row < blocks; row++) {
    for (let column = 0; column < blocks; column++) {
      // A tag tree whose values are all 0 takes a 1 for each node that is met for the first time (B.10.2).
      for (const tree of [included, withoutZeroPlanes]) {
        for (let nodes = tree.count(column, row); nodes > 0; nodes--) bits.write(1, 1)
      }
      bits.write(511, 9) // 37 passes and more (Table B.4)
      bits.write(passes - 37, 7)
      bits.write(0, 1) // Lblock stays 3
      bits.write(bytesPerBlock, 3 + Math.floor(Math.log2(passes)))
    }
  }
  bits.end()
  return codestream(side, 64, [...packet, ...Array(blocks * blocks * bytesPerBlock).fill(0)], transform)
}

/** Code-blocks of 4 x 4 pixels, none of which holds anything: a decoder makes room for each. */
export function largeJpeg2000(side: number, transform: Transform): Uint8Array {
  return codestream(side, 4, [0], transform)
}

function codestream(side: number, blockSide: number, packet: readonly number[], transform: Transform): Uint8Array {
  const segment = (marker: number, body: readonly number[]) => [0xff, marker, ...uint16(body.length + 2), ...body]
  const size = [...uint32(side), ...uint32(side), ...uint32(0), ...uint32(0)]
  const exponent = Math.log2(blockSide) - 2
  return Uint8Array.from([
    ...[0xff, 0x4f],
    ...segment(0x51, [...uint16(0), ...size, ...size, ...uint16(1), 11, 1, 1]),
    ...segment(0x52, [0, 0, ...uint16(1), 0, 0, exponent, exponent, 0, transform === 'reversible' ? 1 : 0]),
    ...segment(0x5c, transform === 'reversible' ? [1 << 5, bitPlanes << 3] : [(1 << 5) | 2, bitPlanes << 3, 0]),
    ...segment(0x90, [...uint16(0), ...uint32(0), 0, 1]),
    ...[0xff, 0x93],
    ...packet,
    ...[0xff, 0xd9],
  ])
}

/** Bits of a packet header; after FF a byte has 7 of them (B.10.1). */
class PacketHeader {
  readonly #out: number[]
  #byte = 0
  #free = 8

  constructor(out: number[]) {
    this.#out = out
  }

  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#free -= 1
      this.#byte |= ((value >> bit) & 1) << this.#free
      if (this.#free === 0) this.#put()
    }
  }

  end(): void {
    while (this.#free < 8 && this.#out.at(-1) !== 0xff) this.write(0, 1)
    if (this.#out.at(-1) === 0xff) this.#put()
  }

  #put(): void {
    this.#out.push(this.#byte)
    this.#free = this.#byte === 0xff ? 7 : 8
    this.#byte = 0
  }
}

/** Counts the nodes of a square tag tree that are new on the way to a leaf. */
class FirstVisits {
  readonly #width: number
  readonly #seen = new Set<number>()

  constructor(width: number) {
    this.#width = width
  }

  count(column: number, row: number): number {
    let fresh = 0
    for (let level = 0; ; level++) {
      const node = (level * this.#width + (row >> level)) * this.#width + (column >> level)
      if (this.#seen.has(node)) return fresh
      this.#seen.add(node)
      fresh += 1
      if (Math.ceil(this.#width / 2 ** level) === 1) return fresh
    }
  }
}

function uint16(value: number): number[] {
  return [(value >> 8) & 255, value & 255]
}

function uint32(value: number): number[] {
  return [...uint16(value >>> 16), ...uint16(value)]
}
