/** Damages for fuzzing. */

/** One to four damages: a bit, a byte, a number, bytes taken out, repeated or taken from another input. */
export function mutate(input: Uint8Array, corpus: readonly Uint8Array[], next: (below: number) => number): Uint8Array {
  let bytes = input.slice()
  for (let left = 1 + next(4); left > 0; left--) {
    const at = next(bytes.length)
    const length = 1 + next(32)
    const other = corpus[next(corpus.length)]!
    switch (next(7)) {
      case 0:
        bytes[at] = next(256)
        break
      case 1:
        bytes[at] = [0, 1, 2, 16, 127, 128, 254, 255][next(8)]!
        break
      case 2:
        if (at + 4 <= bytes.length)
          new DataView(bytes.buffer).setUint32(at, [0, 1, 0xffff, 0xffff_ffff][next(4)]!, true)
        break
      case 3:
        if (bytes.length > 64) bytes = splice(bytes, at, at + length, new Uint8Array(0))
        break
      case 4:
        if (bytes.length < 8000) bytes = splice(bytes, at, at, bytes.subarray(at, at + length))
        break
      case 5:
        bytes = splice(bytes, at, at + length, other.subarray(at, at + length))
        break
      default:
        bytes[at] = bytes[at]! ^ (1 << next(8))
    }
  }
  return bytes
}

function splice(bytes: Uint8Array, from: number, to: number, middle: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, from), ...middle, ...bytes.subarray(to)])
}
