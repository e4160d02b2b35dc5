/** Reads explicit VR little endian files, as small as the tests need it: a map from tag to value bytes, and the frame. */
export interface Part10File {
  readonly tags: readonly number[]
  readonly text: (tag: number) => string
  readonly uint16: (tag: number) => number
  readonly frame: Uint8Array
}

const longVrs = new Set(['OB', 'OW', 'UN', 'SQ', 'UT'])

export function readPart10(bytes: Uint8Array): Part10File {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ascii = (offset: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(offset, offset + length))
  if (ascii(128, 4) !== 'DICM') throw new Error('no DICM prefix')
  const values = new Map<number, Uint8Array>()
  const tags: number[] = []
  let frame = new Uint8Array(0)
  let offset = 132
  while (offset < bytes.length) {
    const tag = view.getUint16(offset, true) * 65536 + view.getUint16(offset + 2, true)
    const long = longVrs.has(ascii(offset + 4, 2))
    const length = long ? view.getUint32(offset + 8, true) : view.getUint16(offset + 6, true)
    const start = offset + (long ? 12 : 8)
    tags.push(tag)
    if (length === 0xffffffff) {
      // Offset table of one entry, one fragment, sequence delimiter.
      const size = view.getUint32(start + 16, true)
      frame = bytes.slice(start + 20, start + 20 + size)
      if (view.getUint32(start + 20 + size, true) !== 0xe0ddfffe) throw new Error('no sequence delimiter')
      offset = start + 20 + size + 8
    } else {
      if (length % 2) throw new Error(`odd length of ${tag.toString(16)}`)
      values.set(tag, bytes.subarray(start, start + length))
      if (tag === 0x7fe00010) frame = bytes.slice(start, start + length)
      offset = start + length
    }
  }
  return {
    tags,
    frame,
    text: (tag) => String.fromCharCode(...(values.get(tag) ?? [])).replace(/[ \0]+$/, ''),
    uint16: (tag) => (values.get(tag)?.[0] ?? 0) + 256 * (values.get(tag)?.[1] ?? 0),
  }
}
