/** Entropy-coded data of a JPEG scan without byte stuffing (ITU-T T.81 B.1.1.5). */
import { isRestart } from './segments.ts'

export interface EntropyData {
  /** The data, followed by zeros so that a reader may look ahead. */
  readonly bytes: Uint8Array
  /** Bytes of data. */
  readonly length: number
  /** Where each restart interval after the first begins. */
  readonly restarts: readonly number[]
  /** Position in the codestream of the marker that ends the scan, or of its end. */
  readonly end: number
  /** Position in the codestream of the byte at a position of the data. */
  offsetOf(position: number): number
}

const lookAhead = 64

/** Copies the scan that begins at `start`: FF00 becomes FF, restart markers become positions. */
export function readEntropyData(codestream: Uint8Array, start: number): EntropyData {
  const bytes = new Uint8Array(codestream.length - start + lookAhead)
  const restarts: number[] = []
  let length = 0
  const offsetOf = (position: number) => findByte(codestream, start, Math.min(position, length))
  let from = start
  for (;;) {
    const found = codestream.indexOf(0xff, from)
    const stop = found < 0 ? codestream.length : found
    length = copy(codestream, from, stop, bytes, length)
    if (found < 0) return { bytes, length, restarts, end: codestream.length, offsetOf }
    const next = codestream[found + 1]
    if (next === 0) {
      bytes[length++] = 0xff
      from = found + 2
    } else if (isRestart(next)) {
      restarts.push(length)
      from = found + 2
    } else if (next === 0xff) {
      from = found + 1
    } else {
      return { bytes, length, restarts, end: found, offsetOf }
    }
  }
}

/** Short runs are copied by hand: a subarray costs more than they do. */
function copy(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  if (to - from > 48) {
    target.set(source.subarray(from, to), at)
    return at + to - from
  }
  let filled = at
  for (let index = from; index < to; index++) target[filled++] = source[index]!
  return filled
}

function findByte(codestream: Uint8Array, start: number, position: number): number {
  let at = start
  for (let left = position; left > 0 && at < codestream.length; ) {
    const isStuffed = codestream[at] === 0xff && codestream[at + 1] === 0
    if (isStuffed || codestream[at] !== 0xff) left -= 1
    at += isStuffed || (codestream[at] === 0xff && isRestart(codestream[at + 1])) ? 2 : 1
  }
  return at
}
