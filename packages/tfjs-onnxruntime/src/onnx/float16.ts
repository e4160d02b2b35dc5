/** Numbers in half precision (IEEE 754 binary16), rounded to the nearest, ties to even. */

const asFloat = new Float32Array(1)
const asBits = new Uint32Array(asFloat.buffer)

export function toFloat16Bits(numbers: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) bits[i] = float16Bits(numbers[i])
  return bits
}

function float16Bits(number: number): number {
  asFloat[0] = number
  const bits = asBits[0]
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 0xff
  const fraction = bits & 0x7fffff
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200)
  const scaled = exponent - 112
  if (scaled >= 31) return sign | 0x7c00
  // Below 2^-14 the leading 1 is stored too; below 2^-25 nothing is left.
  if (scaled <= 0) return scaled < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - scaled)
  return sign | ((scaled << 10) + rounded(fraction, 13))
}

/** The bits without their last ones; a carry goes on into the exponent. */
function rounded(bits: number, dropped: number): number {
  const kept = bits >>> dropped
  const rest = bits & ((1 << dropped) - 1)
  const half = 1 << (dropped - 1)
  return kept + Number(rest > half || (rest === half && (kept & 1) === 1))
}
