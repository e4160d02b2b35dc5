import { describe, expect, test } from 'vitest'
import { checkSequential } from '../../../src/codecs/jpeg/check-sequential.ts'
import { decodeJpeg } from '../../../src/codecs/jpeg.ts'
import { DicomError } from '../../../src/index.ts'
import { encodeJpegBaseline, encodeJpegExtended } from '../../encode-frames.ts'
import { random } from '../../random.ts'

const damaged = { name: 'DicomError', code: 'invalid-codestream' }
const shape = { samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 12, photometricInterpretation: 'MONOCHROME2' }

/** A disc with ripples on black, as a breast on its background. */
function discOf(width: number, height: number, components = 1): Uint8Array {
  return Uint8Array.from({ length: width * height * components }, (_, at) => {
    const pixel = Math.floor(at / components)
    const distance = Math.hypot((pixel % width) - width / 3, Math.floor(pixel / width) - height / 2) / (width / 3)
    return distance < 1 ? 160 - 100 * distance + 20 * Math.sin(pixel / 5) : 0
  })
}

function patch(codestream: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array {
  const patched = codestream.slice()
  patched.set(bytes, at)
  return patched
}

function find(codestream: Uint8Array, marker: number): number {
  return codestream.findIndex((byte, at) => byte === 0xff && codestream[at + 1] === marker)
}

test('passes every size, in gray, in color and with halved colors', async () => {
  for (const [width, height] of [
    [1, 1],
    [8, 16],
    [17, 9],
    [33, 40],
  ] as const) {
    for (const components of [1, 3]) {
      for (const isHalved of components === 3 ? [false, true] : [false]) {
        const spec = { width, height, bits: 8, components }
        checkSequential(await encodeJpegBaseline(discOf(width, height, components), spec, isHalved))
      }
    }
  }
})

describe('restart intervals', () => {
  const blocks = Array.from({ length: 24 }, (_, at) => (at * 997) & 4095)
  const frame = { ...shape, rows: 32, columns: 48 }

  test.each([1, 5, 6, 23, 24])('of %i blocks change no sample', async (interval) => {
    const plain = await decodeJpeg(encodeJpegExtended(blocks, 6), frame, 0)
    expect(await decodeJpeg(encodeJpegExtended(blocks, 6, interval), frame, 0)).toEqual(plain)
  })

  test('one that is lost is damage, and the error says where', () => {
    const codestream = encodeJpegExtended(blocks, 6, 6)
    const [second, third] = [find(codestream, 0xd0), find(codestream, 0xd1)]
    const lost = Uint8Array.from([...codestream.subarray(0, second), ...codestream.subarray(third)])
    expect(() => checkSequential(lost)).toThrow('Expected 4 restart intervals')
    const short = Uint8Array.from([...codestream.subarray(0, third - 3), ...codestream.subarray(third)])
    expect(() => checkSequential(short)).toThrow(
      expect.objectContaining({ ...damaged, details: { offset: third - 3 } }),
    )
  })
})

describe('refuses', () => {
  const codestream = encodeJpegExtended([100, 200, 300, 400], 2)
  const scan = find(codestream, 0xda)
  const end = codestream.length - 2
  const insert = (at: number, ...bytes: readonly number[]) =>
    Uint8Array.from([...codestream.subarray(0, at), ...bytes, ...codestream.subarray(at)])

  test.each([
    ['a whole byte behind the last block', insert(end, 0), 'unread bits'],
    ['data that end before the last block', insert(end - 2, 0xff, 0xd9), 'more entropy-coded data'],
    ['no end of image', codestream.subarray(0, end), 'a marker'],
    ['a second scan of the same component', insert(end, ...codestream.subarray(scan, end)), 'one scan for each'],
    ['bits that are no code', patch(codestream, scan + 10, 0xf7), 'a Huffman code'],
    ['a scan without its table of AC codes', patch(codestream, scan + 6, 0x01), 'two Huffman tables'],
    ['a sampling factor of 0', patch(codestream, find(codestream, 0xc1) + 11, 0x01), 'sampling factors'],
    ['a table of more codes than there is room for', patch(codestream, find(codestream, 0xc4) + 5, 3), 'Huffman table'],
  ])('%s', (_, hostile, message) => {
    expect(() => checkSequential(codestream)).not.toThrow()
    expect(() => checkSequential(hostile)).toThrow(expect.objectContaining(damaged))
    expect(() => checkSequential(hostile)).toThrow(message)
  })

  test('a block of more than 64 coefficients', async () => {
    const gray = await encodeJpegBaseline(discOf(16, 16), { width: 16, height: 16, bits: 8 })
    const dcCodes = Buffer.from(gray).indexOf(Buffer.from([0xff, 0xc4]))
    expect(dcCodes).toBeGreaterThan(0)
    // Every code of the AC table stands for a coefficient behind 15 zeros: the fifth lies outside.
    const table = Buffer.from(gray).indexOf(0x10, dcCodes)
    const values = table + 17
    const count = gray.subarray(table + 1, values).reduce((sum, codes) => sum + codes, 0)
    const hostile = gray.slice().fill(0xf1, values, values + count)
    expect(() => checkSequential(hostile)).toThrow('a block of 64 coefficients')
  })
})

test('refuses three in five smooth codestreams that lost one to four bytes; in the others the blocks come out even', async () => {
  let passed = 0
  for (const components of [1, 3]) {
    const spec = { width: 128, height: 128, bits: 8, components }
    const codestream = await encodeJpegBaseline(discOf(128, 128, components), spec)
    const data = codestream.lastIndexOf(0xda) + 12
    for (let trial = 0; trial < 300; trial++) {
      const next = random(trial)
      const at = data + next(codestream.length - 6 - data)
      const cut = Uint8Array.from([...codestream.subarray(0, at), ...codestream.subarray(at + 1 + next(4))])
      try {
        checkSequential(cut)
        passed += 1
      } catch (error) {
        expect(error).toBeInstanceOf(DicomError)
      }
    }
  }
  expect(passed / 600).toBeLessThan(0.4)
})
