import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dtypes, type SafetensorsDtype } from '../src/dtypes.ts'
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor, tensorToFloat32 } from '../src/index.ts'

interface Held {
  readonly dtype: string
  readonly shape: number[]
  readonly values: string[]
}

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
const mixed = new Uint8Array(fixture('mixed.safetensors'))
const held = (JSON.parse(fixture('mixed.json').toString('utf8')) as { tensors: Record<string, Held> }).tensors

describe('decodeSafetensors', () => {
  it("reads a file of Python's safetensors: names, shapes, types and every value", () => {
    const { tensors, metadata } = decodeSafetensors(mixed)
    expect(metadata).toEqual({ format: 'pt' })
    expect([...tensors.keys()].sort()).toEqual(Object.keys(held).sort())
    for (const [name, { shape, values }] of Object.entries(held)) {
      const tensor = tensors.get(name) as SafetensorsTensor
      expect(tensor.shape, name).toEqual(shape)
      const ours = /^B?F/.test(tensor.dtype) ? floats(tensor) : Array.from(tensor.data as BigInt64Array, String)
      const theirs = /^B?F/.test(tensor.dtype) ? values.map(parsePython) : values.map(parseInteger)
      expect(ours, name).toEqual(theirs)
    }
  })

  it('reads from any offset of a larger buffer, and copies', () => {
    const shifted = new Uint8Array(mixed.length + 3)
    shifted.set(mixed, 3)
    const first = decodeSafetensors(shifted.subarray(3))
    shifted.fill(0)
    expect(first.tensors).toEqual(decodeSafetensors(mixed).tensors)
  })
})

describe('encodeSafetensors', () => {
  it("writes the bytes that Python's safetensors writes", () => {
    const { tensors, metadata } = decodeSafetensors(mixed)
    expect(encodeSafetensors(tensors, metadata)).toEqual(mixed)
  })

  it('round-trips any names, types, shapes, bits and metadata', () => {
    const tensor = fc
      .tuple(fc.constantFrom(...(Object.keys(dtypes) as SafetensorsDtype[])), fc.array(fc.nat(3), { maxLength: 4 }))
      .chain(([dtype, shape]) => {
        const size = shape.reduce((product, length) => product * length, dtypes[dtype].bytes)
        return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => {
          const data = new dtypes[dtype].array(Uint8Array.from(bytes).buffer)
          return { dtype, shape, data } as SafetensorsTensor
        })
      })
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '1', 'a.weight', 'toString'))
    const entries = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 })
    fc.assert(
      fc.property(entries, fc.dictionary(fc.string(), fc.string()), (list, metadata) => {
        fc.pre(list.every(([key]) => key !== '__metadata__'))
        const bytes = encodeSafetensors(new Map(list), metadata)
        const decoded = decodeSafetensors(bytes)
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort())
        expect(decoded.tensors.size).toBe(list.length)
        for (const [key, { dtype, shape, data }] of list) {
          const read = decoded.tensors.get(key) as SafetensorsTensor
          expect([read.dtype, read.shape]).toEqual([dtype, shape])
          expect(new Uint8Array(read.data.buffer)).toEqual(new Uint8Array(data.buffer))
        }
      }),
    )
  })

  it.each<[string, unknown, string]>([
    ['x', { dtype: 'F32', shape: [3], data: new Float32Array(2) }, 'Expected Float32Array of 3 values for x'],
    ['x', { dtype: 'F32', shape: [2], data: new Float64Array(2) }, 'but received Float64Array of 2 values'],
    ['x', { dtype: 'F32', shape: [-1], data: new Float32Array(0) }, 'Expected whole numbers >= 0 for the shape of x'],
    ['x', { dtype: 'F8', shape: [1], data: new Uint8Array(1) }, 'for the dtype of x but received F8'],
    ['__metadata__', { dtype: 'U8', shape: [1], data: new Uint8Array(1) }, 'another name for a tensor'],
  ])('rejects %s %j', (name, tensor, message) => {
    expect(() => encodeSafetensors(new Map([[name, tensor as SafetensorsTensor]]))).toThrow(message)
  })

  it('rejects metadata that is no text', () => {
    const metadata = { epoch: 3 } as unknown as Record<string, string>
    expect(() => encodeSafetensors(new Map(), metadata)).toThrow('Expected text for metadata epoch but received number')
  })
})

describe('tensorToFloat32', () => {
  it('turns every half-precision number into its value', () => {
    const data = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)
    const values = tensorToFloat32({ dtype: 'F16', shape: [data.length], data })
    for (const [bits, value] of [
      [0x3c00, 1],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x7bff, 65504],
      [0xc100, -2.5],
    ]) {
      expect(values[bits]).toBe(value)
    }
    expect([values[0x7c00], values[0xfc00], values[0x7c01]]).toEqual([Infinity, -Infinity, NaN])
    for (let bits = 1; bits < 0x7c00; bits++) expect(values[bits] > values[bits - 1]).toBe(true)
  })

  it('rejects integers', () => {
    expect(() => tensorToFloat32({ dtype: 'I64', shape: [1], data: BigInt64Array.of(1n) })).toThrow(
      'Expected F32, F16, BF16 or F64 for a float tensor but received I64',
    )
  })
})

function floats(tensor: SafetensorsTensor): number[] {
  return tensor.dtype === 'F64' ? Array.from(tensor.data) : Array.from(tensorToFloat32(tensor))
}

function parsePython(text: string): number {
  return Number(text.replace('inf', 'Infinity'))
}

function parseInteger(text: string): string {
  return { True: '1', False: '0' }[text] ?? text
}
