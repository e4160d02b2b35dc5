/**
 * JPEG Lossless encoder: process 14, selection value 1, one component, 8 to 16 bit (transfer syntax .70).
 *
 * Reference: ITU-T T.81, Annex H (lossless mode) and Annex K.2 (optimal Huffman tables).
 */

const SOI = 0xffd8
const SOF3 = 0xffc3
const DHT = 0xffc4
const SOS = 0xffda
const EOI = 0xffd9

/**
 * Encodes samples to one JPEG Lossless stream.
 *
 * `samples`: uint16 [height, width], each below 2^bits.
 */
export function encodeJpegLossless(samples: Uint16Array, width: number, height: number, bits: number): Uint8Array {
  const differences = predict(samples, width, height, bits)
  const frequencies = new Float64Array(17)
  for (let i = 0; i < differences.length; i++) frequencies[category(differences[i])]++
  const table = createHuffmanTable(frequencies)
  const header = [
    ...word(SOI),
    ...word(SOF3),
    ...word(11),
    bits,
    ...word(height),
    ...word(width),
    1,
    1,
    0x11,
    0,
    ...word(DHT),
    ...word(19 + table.values.length),
    0,
    ...table.counts,
    ...table.values,
    ...word(SOS),
    ...word(8),
    1,
    1,
    0,
    1,
    0,
    0,
  ]
  let size = header.length + 4
  for (let k = 0; k < 17; k++) size += (frequencies[k] * (table.lengths[k] + (k === 16 ? 0 : k))) / 8
  // Byte stuffing after 0xFF doubles the scan in the worst case.
  const bytes = new Uint8Array(Math.ceil(2 * size) + 8)
  bytes.set(header)
  const end = writeScan(bytes, header.length, differences, table)
  bytes[end] = EOI >> 8
  bytes[end + 1] = EOI & 0xff
  return bytes.slice(0, end + 2)
}

function word(value: number): [number, number] {
  return [value >> 8, value & 0xff]
}

/** Differences modulo 2^16 from the left neighbor; the first column predicts from above (T.81 H.1.2.1). */
function predict(samples: Uint16Array, width: number, height: number, bits: number): Int32Array {
  const differences = new Int32Array(samples.length)
  for (let row = 0; row < height; row++) {
    const start = row * width
    let previous = row === 0 ? 1 << (bits - 1) : samples[start - width]
    for (let i = start; i < start + width; i++) {
      const sample = samples[i]
      // 32768 is the only difference without a sign: category 16 (T.81 table H.2).
      const difference = ((sample - previous) << 16) >> 16
      differences[i] = difference === -32768 ? 32768 : difference
      previous = sample
    }
  }
  return differences
}

function category(difference: number): number {
  return 32 - Math.clz32(difference < 0 ? -difference : difference)
}

interface HuffmanTable {
  /** Number of codes of 1 .. 16 bits. */
  readonly counts: readonly number[]
  readonly values: readonly number[]
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
}

/** T.81 K.2: code sizes from frequencies, cut to 16 bits, with a 257th symbol that reserves the all-ones code. */
function createHuffmanTable(frequencies: Float64Array): HuffmanTable {
  const reserved = frequencies.length
  const weight = [...frequencies, 1]
  const size = new Array<number>(weight.length).fill(0)
  const other = new Array<number>(weight.length).fill(-1)
  for (;;) {
    const first = lightest(weight, -1)
    const second = lightest(weight, first)
    if (second < 0) break
    weight[first] += weight[second]
    weight[second] = 0
    let last = first
    for (size[last]++; other[last] >= 0; size[last]++) last = other[last]
    other[last] = second
    for (last = second, size[last]++; other[last] >= 0; size[last]++) last = other[last]
  }
  const bits = new Array<number>(33).fill(0)
  for (const s of size) if (s > 0) bits[s]++
  for (let i = 32; i > 16; i--) {
    while (bits[i] > 0) {
      let j = i - 2
      while (bits[j] === 0) j--
      bits[i] -= 2
      bits[i - 1]++
      bits[j + 1] += 2
      bits[j]--
    }
  }
  let longest = 16
  while (bits[longest] === 0) longest--
  bits[longest]--
  const values = Array.from({ length: reserved }, (_, symbol) => symbol)
    .filter((symbol) => size[symbol] > 0)
    .sort((a, b) => size[a] - size[b] || a - b)
  const codes = new Uint16Array(reserved)
  const lengths = new Uint8Array(reserved)
  let code = 0
  let k = 0
  for (let length = 1; length <= 16; length++) {
    for (let n = 0; n < bits[length]; n++) {
      codes[values[k]] = code++
      lengths[values[k++]] = length
    }
    code <<= 1
  }
  return { counts: bits.slice(1, 17), values, codes, lengths }
}

/** Symbol with the smallest nonzero weight; ties go to the highest symbol. */
function lightest(weight: readonly number[], except: number): number {
  let best = -1
  for (let i = 0; i < weight.length; i++) {
    if (i !== except && weight[i] > 0 && (best < 0 || weight[i] <= weight[best])) best = i
  }
  return best
}

function writeScan(bytes: Uint8Array, start: number, differences: Int32Array, table: HuffmanTable): number {
  const { codes, lengths } = table
  let position = start
  let buffer = 0
  let filled = 0
  const put = (value: number, count: number): void => {
    buffer = (buffer << count) | value
    filled += count
    while (filled >= 8) {
      filled -= 8
      const byte = (buffer >>> filled) & 0xff
      bytes[position++] = byte
      if (byte === 0xff) bytes[position++] = 0
    }
    buffer &= (1 << filled) - 1
  }
  for (let i = 0; i < differences.length; i++) {
    const difference = differences[i]
    const k = category(difference)
    put(codes[k], lengths[k])
    if (k > 0 && k < 16) put(difference < 0 ? difference + (1 << k) - 1 : difference, k)
  }
  if (filled > 0) put((1 << (8 - filled)) - 1, 8 - filled)
  return position
}
