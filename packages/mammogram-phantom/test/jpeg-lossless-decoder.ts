/** Decodes JPEG Lossless with one component and predictor 1, straight from ITU-T T.81 F.2.2.3 and H.2, bit by bit. */
export function decodeJpegLossless(bytes: Uint8Array): {
  data: Uint16Array
  width: number
  height: number
  bits: number
} {
  let offset = 2
  let [bits, width, height] = [0, 0, 0]
  const codes = new Map<number, number>()
  for (;;) {
    const marker = bytes[offset + 1]
    const length = bytes[offset + 2] * 256 + bytes[offset + 3]
    const body = bytes.subarray(offset + 4, offset + 2 + length)
    offset += 2 + length
    if (marker === 0xc3) {
      bits = body[0]
      height = body[1] * 256 + body[2]
      width = body[3] * 256 + body[4]
    } else if (marker === 0xc4) {
      let [code, k] = [0, 17]
      for (let size = 1; size <= 16; size++, code <<= 1) {
        for (let n = 0; n < body[size]; n++) codes.set((size << 16) | code++, body[k++])
      }
    } else if (marker === 0xda) break
    else throw new Error(`unexpected marker ${marker}`)
  }
  let [buffer, filled] = [0, 0]
  const bit = (): number => {
    if (filled === 0) {
      buffer = bytes[offset++]
      if (buffer === 0xff && bytes[offset++] !== 0) throw new Error('marker inside the scan')
      filled = 8
    }
    return (buffer >> --filled) & 1
  }
  const data = new Uint16Array(width * height)
  for (let i = 0; i < data.length; i++) {
    let [code, size] = [0, 0]
    let category: number | undefined
    do {
      code = (code << 1) | bit()
      category = codes.get((++size << 16) | code)
    } while (category === undefined && size < 17)
    if (category === undefined) throw new Error('no such code')
    let difference = category === 16 ? 32768 : 0
    if (category > 0 && category < 16) {
      for (let n = 0; n < category; n++) difference = (difference << 1) | bit()
      if (difference < 1 << (category - 1)) difference -= (1 << category) - 1
    }
    const above = i === 0 ? 1 << (bits - 1) : data[i - width]
    data[i] = (i % width === 0 ? above : data[i - 1]) + difference
  }
  if (bytes[offset] !== 0xff || bytes[offset + 1] !== 0xd9) throw new Error('no EOI')
  return { data, width, height, bits }
}
