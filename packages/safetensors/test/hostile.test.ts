import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from '../src/index.ts'

const f32 = (start: number, end: number, shape = [(end - start) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
})

describe('decodeSafetensors rejects', () => {
  it.each<[string, unknown, number, string, string]>([
    [
      'overlapping tensors',
      { a: f32(0, 8), b: f32(4, 12) },
      12,
      'offsets-invalid',
      'b to start at byte 8 of the data but received 4',
    ],
    ['one tensor twice', { a: f32(0, 8), b: f32(0, 8) }, 8, 'offsets-invalid', 'must not overlap'],
    [
      'a gap',
      { a: f32(0, 4), b: f32(8, 12) },
      12,
      'offsets-invalid',
      'b to start at byte 4 of the data but received 8',
    ],
    ['a start past the data', { a: f32(4, 8) }, 8, 'offsets-invalid', 'a to start at byte 0'],
    ['bytes after the last tensor', { a: f32(0, 4) }, 5, 'truncated', 'Expected 4 bytes of data but received 5'],
    ['data cut short', { a: f32(0, 8) }, 7, 'truncated', 'Expected 8 bytes of data but received 7'],
    ['data without tensors', {}, 1, 'truncated', 'Expected 0 bytes of data but received 1'],
    ['a shape larger than its bytes', { a: f32(0, 4, [2]) }, 4, 'offsets-invalid', 'data_offsets 8 bytes apart for a'],
    ['a shape whose product overflows', { a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4, 'shape-invalid', 'the shape of a'],
    [
      'a shape that multiplies back by 0',
      { a: f32(0, 0, [2 ** 52, 2 ** 52, 0]) },
      0,
      'shape-invalid',
      'the shape of a',
    ],
    ['a negative size', { a: f32(0, 4, [-1, -1]) }, 4, 'shape-invalid', 'received [-1,-1]'],
    ['a fractional size', { a: f32(0, 4, [0.5, 2]) }, 4, 'shape-invalid', 'received [0.5,2]'],
    ['a shape that is none', { a: { ...f32(0, 4), shape: '1' } }, 4, 'shape-invalid', 'received "1"'],
    ['offsets in reverse', { a: f32(4, 0, [1]) }, 4, 'offsets-invalid', 'received [4,0]'],
    ['a negative offset', { a: f32(-4, 0, [1]) }, 4, 'offsets-invalid', 'received [-4,0]'],
    ['a single offset', { a: { ...f32(0, 4), data_offsets: [0] } }, 4, 'offsets-invalid', 'received [0]'],
    ['offsets past 2^53', { a: { ...f32(0, 4), data_offsets: [2 ** 60, 2 ** 60 + 4] } }, 4, 'offsets-invalid', 'for a'],
    ['no offsets', { a: { dtype: 'F32', shape: [1] } }, 4, 'offsets-invalid', 'received undefined'],
    ['an unknown data type', { a: { ...f32(0, 4), dtype: 'F4' } }, 4, 'dtype-unsupported', 'received "F4"'],
    ['an inherited name as data type', { a: { ...f32(0, 4), dtype: 'toString' } }, 4, 'dtype-unsupported', 'toString'],
    ['a tensor that is no object', { a: [0, 4] }, 4, 'header-invalid', 'Expected an object for tensor a'],
    ['metadata that is no text', { __metadata__: { epoch: 1 } }, 0, 'metadata-invalid', '__metadata__'],
    ['metadata that is no object', { __metadata__: 'x' }, 0, 'metadata-invalid', '__metadata__'],
    ['a header that is a list', [], 0, 'header-invalid', 'JSON object'],
    ['a header that is null', null, 0, 'header-invalid', 'JSON object'],
  ])('%s', (_, header, dataSize, code, message) => {
    const error = errorOf(file(JSON.stringify(header), dataSize))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  it('a file shorter than its first number, or than its header', () => {
    expect(errorOf(new Uint8Array(7)).message).toContain(
      'Expected at least 8 bytes for a safetensors file but received 7',
    )
    expect(errorOf(file('{}', 0, 3n)).message).toContain('Expected 11 bytes up to the header')
    expect(errorOf(new Uint8Array(7)).code).toBe('truncated')
  })

  it('a header longer than 100 MB before anything is read', () => {
    for (const size of [100_000_001n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(errorOf(file('{}', 0, size)).code).toBe('header-too-large')
    }
  })

  it('a header that is no JSON or no UTF-8', () => {
    expect(errorOf(file('{"a":', 0)).code).toBe('header-invalid')
    const bytes = file('{"a?": 1}', 0)
    bytes[8 + 3] = 0xff
    expect(errorOf(bytes).message).toContain('Expected JSON in UTF-8 for the header')
  })

  it('every cut of a file, and never throws anything else for any changed byte', () => {
    const whole = encodeSafetensors(
      new Map([
        ['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
        ['b', { dtype: 'I64', shape: [], data: BigInt64Array.of(3n) }],
      ]),
      { format: 'pt' },
    )
    for (let size = 0; size < whole.length; size++) errorOf(whole.subarray(0, size))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (index, value) => {
        const changed = whole.with(index, value)
        try {
          decodeSafetensors(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function file(header: string, dataSize: number, headerSize?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + dataSize)
  new DataView(bytes.buffer).setBigUint64(0, headerSize ?? BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

function errorOf(bytes: Uint8Array): SafetensorsError {
  try {
    decodeSafetensors(bytes)
  } catch (error) {
    if (error instanceof SafetensorsError) return error
    throw error
  }
  throw new Error('Expected a SafetensorsError but nothing was thrown.')
}
