/** IEEE 754 half precision, which Node 20 has no array for: ONNX Runtime gives and takes it as uint16. */

/** @param bits uint16 [n] -> float32 [n] */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    if (exponent === 0) return sign * fraction * 2 ** -24
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  })
}

/** Rounds to the nearest half, ties to even. @param values float32 [n] -> uint16 [n] */
export function toFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  return Uint16Array.from(values, (value, at) => {
    const sign = (words[at] >>> 16) & 0x8000
    const size = Math.abs(value)
    if (Number.isNaN(value)) return sign | 0x7e00
    if (size >= 65_520) return sign | 0x7c00
    // Subnormal halves are steps of 2^-24, others of 2^(exponent - 10); the carry of rounding moves into the exponent.
    const exponent = Math.max(-14, Math.floor(Math.log2(Math.max(size, 2 ** -30))))
    const steps = roundHalfToEven(size / 2 ** (exponent - 10))
    return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps)
  })
}

function roundHalfToEven(value: number): number {
  const down = Math.floor(value)
  const rest = value - down
  if (rest !== 0.5) return Math.round(value)
  return down % 2 === 0 ? down : down + 1
}
