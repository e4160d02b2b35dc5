/** The bits of a packet header: after FF a byte holds 7 of them (ITU-T T.800 B.10.1). */
import { invalidJpeg2000 } from './codestream-size.ts'

export class PacketBits {
  readonly #bytes: Uint8Array
  #at: number
  #byte = 0
  #left = 0

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** @throws {DicomError} `invalid-codestream` at the end of the tile. */
  readBit(): number {
    if (this.#left === 0) {
      if (this.#at >= this.#bytes.length) throw invalidJpeg2000('a packet header', this.#at)
      this.#left = this.#byte === 0xff ? 7 : 8
      this.#byte = this.#bytes[this.#at++]!
    }
    this.#left -= 1
    return (this.#byte >> this.#left) & 1
  }

  readBits(count: number): number {
    let value = 0
    for (let left = count; left > 0; left--) value = value * 2 + this.readBit()
    return value
  }

  /** Offset of the first byte after the header; a last byte FF is followed by one more. */
  end(): number {
    return this.#at + (this.#byte === 0xff ? 1 : 0)
  }
}
