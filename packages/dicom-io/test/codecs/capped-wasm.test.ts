import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { capMemory, readCappedWasm } from '../../src/codecs/capped-wasm.ts'
import { limits } from '../../src/limits.ts'

const page = 65_536
const codecs = [
  ['charls', '@cornerstonejs/codec-charls/decodewasm'],
  ['libjpeg-turbo', '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm'],
  ['libjxl', '@cornerstonejs/codec-libjxl/decodewasm'],
  ['openjpeg', '@cornerstonejs/codec-openjpeg/decodewasm'],
  ['openjph', '@cornerstonejs/codec-openjph/wasm'],
  ['dcmjs-codecs', 'dcmjs-codecs/build/dcmjs-native-codecs.wasm'],
] as const

const doNothing = new Proxy({}, { get: () => () => 0 })

/** A module's own memory; whatever it imports is a function that does nothing. */
async function memoryOf(wasm: Uint8Array): Promise<WebAssembly.Memory> {
  const { instance } = await WebAssembly.instantiate(wasm, new Proxy({}, { get: () => doNothing }))
  return Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory)!
}

describe.each(codecs)('%s', (name, file) => {
  test('grows its memory to 1 GiB and no page further', async () => {
    const memory = await memoryOf(await readCappedWasm(name))
    memory.grow((limits.decoderBytes - memory.buffer.byteLength) / page)
    expect(memory.buffer.byteLength).toBe(2 ** 30)
    expect(() => memory.grow(1)).toThrow(RangeError)
  })

  test('would grow further as it is shipped', async () => {
    const memory = await memoryOf(await readFile(createRequire(import.meta.url).resolve(file)))
    expect(memory.grow((limits.decoderBytes - memory.buffer.byteLength) / page + 1)).toBeGreaterThan(0)
  })
})

// (module (memory 1 LIMIT)): magic number, version, section 5 of 5 bytes, one memory, a flag for the maximum, both limits.
const moduleOf = (flags: number, ...limit: number[]) =>
  Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3 + limit.length, 1, flags, 1, ...limit)

test('a cap takes as many bytes as the maximum did before, and changes no other', () => {
  const wasm = moduleOf(1, 0x80, 0x80, 0x02)
  expect(capMemory(wasm, 3 * page)).toEqual(moduleOf(1, 0x83, 0x80, 0x00))
  expect(wasm).toEqual(moduleOf(1, 0x80, 0x80, 0x02))
})

test.each([
  ['without a maximum', moduleOf(0)],
  ['with a smaller maximum', moduleOf(1, 2)],
  ['without a memory', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
])('a module %s is an error', (_, wasm) => {
  expect(() => capMemory(wasm, 3 * page)).toThrow('Expected one memory that may grow to 196608 bytes')
})
