/** Reads the fields of a JPEG XL header: bits from the lowest of each byte on (ISO/IEC 18181-1 B.2). */
export class HeaderBits {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether more was read than there is, of which zeros were made. */
  get isOver(): boolean {
    return this.#position > this.#bytes.length * 8
  }

  read(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit++, this.#position++) {
      const byte = this.#bytes[this.#position >> 3] ?? 0
      value += ((byte >> (this.#position & 7)) & 1) * 2 ** bit
    }
    return value
  }

  bool(): boolean {
    return this.read(1) === 1
  }

  /** U32: two bits choose how many bits follow, and what is added to them. */
  choose(...distributions: readonly (readonly [bits: number, offset: number])[]): number {
    const [bits, offset] = distributions[this.read(2)]!
    return this.read(bits) + offset
  }
}
