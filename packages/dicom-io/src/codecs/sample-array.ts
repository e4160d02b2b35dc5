/**
 * Decoded bytes as samples, or undefined where the decoder gave another number of them.
 *
 * Bytes that fill their buffer are the package's own copy; others are a view of WebAssembly memory, and are copied here.
 */
export function sampleArray(
  decoded: Uint8Array | Uint8ClampedArray,
  count: number,
  precision: number,
): Uint8Array | Uint16Array | undefined {
  if (decoded.length !== count * (precision > 8 ? 2 : 1)) return undefined
  const { buffer } = decoded.length === decoded.buffer.byteLength ? decoded : decoded.slice()
  return precision > 8 ? new Uint16Array(buffer) : new Uint8Array(buffer)
}
