/** Bytes and compressed frames, each of an even length (PS3.5 6.2, A.4). */

type TypedArray = ArrayBufferView & { readonly BYTES_PER_ELEMENT?: number }

/** The numbers of a typed array in little endian, whatever this machine's order is. */
export function encodeBytes(view: TypedArray): Uint8Array {
  const size = view.BYTES_PER_ELEMENT ?? 1
  const bytes = new Uint8Array(view.byteLength + (view.byteLength % 2))
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  if (size === 1 || new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes
  for (let at = 0; at < view.byteLength; at += size) bytes.subarray(at, at + size).reverse()
  return bytes
}

const item = 0xe000_fffe
const delimiter = 0xe0dd_fffe

/** A Basic Offset Table, one fragment for each frame, and the delimiter. */
export function encodeFrames(frames: readonly Uint8Array[]): Uint8Array {
  const lengths = frames.map(({ length }) => length + (length % 2))
  const tableLength = 4 * frames.length
  const bytes = new Uint8Array(8 + tableLength + lengths.reduce((sum, length) => sum + 8 + length, 0) + 8)
  const view = new DataView(bytes.buffer)
  let position = 8 + tableLength
  const first = position
  const header = (offset: number, tag: number, length: number) => {
    view.setUint32(offset, tag, true)
    view.setUint32(offset + 4, length, true)
  }
  header(0, item, tableLength)
  frames.forEach((frame, index) => {
    view.setUint32(8 + 4 * index, position - first, true)
    header(position, item, lengths[index]!)
    bytes.set(frame, position + 8)
    position += 8 + lengths[index]!
  })
  header(position, delimiter, 0)
  return bytes
}
