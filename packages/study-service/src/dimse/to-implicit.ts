/** A data set of `writeDicom` in implicit VR little endian, the one that every peer must take (PS3.5 7.1, 10.1). */

const undefinedLength = 0xffffffff
/** Item, Item Delimitation Item, Sequence Delimitation Item: they have no VR in either (PS3.5 7.5). */
const delimiters = 0xfffe
/** VRs with a length of 32 bits in explicit VR (PS3.5 7.1.2). */
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])

/**
 * The same elements with the same values; text and numbers keep their bytes.
 *
 * @param explicit data set in explicit VR little endian, uncompressed
 */
export function toImplicit(explicit: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < explicit.length; ) {
    const [group, element] = [explicit.readUInt16LE(at), explicit.readUInt16LE(at + 2)]
    if (group === delimiters) {
      const length = explicit.readUInt32LE(at + 4)
      const isOfKnownLength = element === 0xe000 && length !== undefinedLength
      const items = isOfKnownLength ? toImplicit(explicit.subarray(at + 8, at + 8 + length)) : Buffer.alloc(0)
      pieces.push(head(group, element, isOfKnownLength ? items.length : length), items)
      at += 8 + (isOfKnownLength ? length : 0)
      continue
    }
    const vr = explicit.toString('latin1', at + 4, at + 6)
    const isLong = longVrs.has(vr)
    const length = isLong ? explicit.readUInt32LE(at + 8) : explicit.readUInt16LE(at + 6)
    at += isLong ? 12 : 8
    if (length === undefinedLength) {
      pieces.push(head(group, element, length)) // its items follow, as elements
      continue
    }
    const value = explicit.subarray(at, at + length)
    const written = vr === 'SQ' ? toImplicit(value) : value
    pieces.push(head(group, element, written.length), written)
    at += length
  }
  return Buffer.concat(pieces)
}

function head(group: number, element: number, length: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(group)
  bytes.writeUInt16LE(element, 2)
  bytes.writeUInt32LE(length, 4)
  return bytes
}
