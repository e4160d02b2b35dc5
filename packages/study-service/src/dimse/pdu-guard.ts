/** Watches the lengths of PDUs (PS3.8 9.3.1): one that is announced as larger than it may be would be gathered in memory. */

const headBytes = 6

/** Takes the pieces of a connection as they come, and says whether all of its PDUs are within the limit so far. */
export function createPduGuard(maxBytes: number): (piece: Uint8Array) => boolean {
  const head = Buffer.alloc(headBytes)
  let headLength = 0
  let left = 0
  return (piece) => {
    for (let at = 0; at < piece.length; ) {
      if (left > 0) {
        const taken = Math.min(left, piece.length - at)
        left -= taken
        at += taken
        continue
      }
      head[headLength++] = piece[at++]!
      if (headLength < headBytes) continue
      headLength = 0
      left = head.readUInt32BE(2)
      if (left > maxBytes) return false
    }
    return true
  }
}
