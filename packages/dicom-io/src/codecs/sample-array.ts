/**
 * A copy of decoded bytes as samples, or undefined where the decoder gave another number of them.
 *
 * A copy, because `heap` is a view of WebAssembly memory; as plain bytes, because some of the packages give clamped arrays.
 */
export function sampleArray(
  heap: Uint8Array | Uint8ClampedArray,
  count: number,
  precision: number,
): Uint8Array | Uint16Array | undefined {
  if (heap.length !== count * (precision > 8 ? 2 : 1)) return undefined
  const copy = new Uint8Array(heap.buffer, heap.byteOffset, heap.length).slice()
  return precision > 8 ? new Uint16Array(copy.buffer) : copy
}
