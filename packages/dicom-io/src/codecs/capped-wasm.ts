/**
 * WebAssembly files whose memory cannot grow past a cap: the engine itself refuses, in whatever thread the decoder runs and however it
 * grows. The codec packages declare 2 GiB.
 *
 * Reference: WebAssembly Core Specification 2.0, 5.5.5 (sections), 5.3.8 and 5.5.8 (limits of a memory), 5.2.2 (LEB128).
 */

import { limits } from '../limits.ts'
import { readWasm, type WasmFile } from './wasm-files.ts'

const memorySection = 5
const pageBytes = 65_536

/** Bytes of a decoder's WebAssembly file, whose memory stays within `limits.decoderBytes`. */
export async function readCappedWasm(name: WasmFile): Promise<Uint8Array> {
  return capMemory(await readWasm(name), limits.decoderBytes)
}

/**
 * Writes `bytes` over the maximum of the module's one memory.
 *
 * @throws {Error} where the module declares no memory of its own with a maximum above that.
 */
export function capMemory(wasm: Uint8Array, bytes: number): Uint8Array {
  const section = findSection(wasm, memorySection)
  const count = section && readLeb(wasm, section.start)
  const hasMaximum = count?.value === 1 && (wasm[count.end]! & 1) === 1
  const minimum = hasMaximum && readLeb(wasm, count.end + 1)
  const maximum = minimum && readLeb(wasm, minimum.end)
  if (!maximum || maximum.value * pageBytes < bytes) {
    throw new Error(`Expected one memory that may grow to ${bytes} bytes for wasm but received another module.`)
  }
  const capped = wasm.slice()
  writeLeb(capped.subarray(minimum.end, maximum.end), Math.floor(bytes / pageBytes))
  return capped
}

/** Sections follow the magic number and the version, 8 bytes: an id, a size, the contents. */
function findSection(wasm: Uint8Array, id: number): { start: number } | undefined {
  for (let at = 8; at < wasm.length; ) {
    const { value: size, end: start } = readLeb(wasm, at + 1)
    if (wasm[at] === id) return { start }
    at = start + size
  }
  return undefined
}

/** An unsigned number, 7 bits a byte, the lowest first; all bytes but the last have their top bit set. */
function readLeb(wasm: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  for (let at = start; ; at++) {
    value += (wasm[at]! & 127) * 2 ** (7 * (at - start))
    if (wasm[at]! < 128) return { value, end: at + 1 }
  }
}

/** Fills `place`, which a larger number filled before. */
function writeLeb(place: Uint8Array, value: number): void {
  place.forEach((_, index) => {
    const more = index < place.length - 1 ? 128 : 0
    place[index] = (Math.floor(value / 2 ** (7 * index)) & 127) | more
  })
}
